"""first tables

Revision: 0001
Follows: 
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from caseflow.dialect import APPEND_ONLY_DDL, APPEND_ONLY_UNDO, SEARCH_DDL
from caseflow.models.base import Instant

revision = '0001'
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('area',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('code', sa.String(length=40), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('short_name', sa.Text(), nullable=False),
    sa.Column('aliases', sa.JSON(none_as_null=True), nullable=True),
    sa.Column('parent_id', sa.Integer(), nullable=True),
    sa.Column('valid_from', sa.Date(), nullable=False),
    sa.Column('valid_to', sa.Date(), nullable=True),
    sa.Column('successor_id', sa.Integer(), nullable=True),
    sa.Column('mark', sa.String(length=40), nullable=False),
    sa.Column('pack_digest', sa.Text(), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['parent_id'], ['area.id'], name=op.f('fk_area_parent_id_area')),
    sa.ForeignKeyConstraint(['successor_id'], ['area.id'], name=op.f('fk_area_successor_id_area')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_area')),
    sa.UniqueConstraint('code', name=op.f('uq_area_code'))
    )
    op.create_table('attempt',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('key', sa.Text(), nullable=False),
    sa.Column('at', Instant(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_attempt'))
    )
    with op.batch_alter_table('attempt', schema=None) as batch_op:
        batch_op.create_index('ix_attempt_key_at', ['key', 'at'], unique=False)

    op.create_table('event_seal',
    sa.Column('seq', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('event_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('payload_sha256', sa.Text(), nullable=False),
    sa.Column('chain', sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint('seq', name=op.f('pk_event_seal')),
    sa.UniqueConstraint('event_id', name=op.f('uq_event_seal_event_id'))
    )
    op.create_table('job_run',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('job', sa.String(length=40), nullable=False),
    sa.Column('period', sa.String(length=40), nullable=False),
    sa.Column('fence', sa.Integer(), nullable=False),
    sa.Column('started_at', Instant(), nullable=False),
    sa.Column('finished_at', Instant(), nullable=True),
    sa.Column('counts', sa.JSON(none_as_null=True), nullable=True),
    sa.Column('state', sa.String(length=40), nullable=False),
    sa.Column('problem', sa.Text(), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_job_run')),
    sa.UniqueConstraint('job', 'period', name=op.f('uq_job_run_job_period'))
    )
    with op.batch_alter_table('job_run', schema=None) as batch_op:
        batch_op.create_index('ix_job_run_job_started', ['job', 'started_at'], unique=False)

    op.create_table('lease',
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('holder', sa.Text(), nullable=False),
    sa.Column('fence', sa.Integer(), nullable=False),
    sa.Column('expires_at', Instant(), nullable=False),
    sa.PrimaryKeyConstraint('name', name=op.f('pk_lease'))
    )
    op.create_table('non_working_day',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('body', sa.String(length=40), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('list_year', sa.Integer(), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('source', sa.Text(), nullable=False),
    sa.Column('mark', sa.String(length=40), nullable=False),
    sa.Column('works', sa.Boolean(), nullable=False),
    sa.Column('pack_digest', sa.Text(), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_non_working_day')),
    sa.UniqueConstraint('body', 'day', name=op.f('uq_non_working_day_body_day'))
    )
    op.create_table('series',
    sa.Column('prefix', sa.String(length=40), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('source', sa.String(length=40), nullable=False),
    sa.Column('kind', sa.String(length=40), nullable=False),
    sa.Column('width', sa.Integer(), nullable=False),
    sa.Column('first_number', sa.Integer(), nullable=False),
    sa.Column('pack_digest', sa.Text(), nullable=True),
    sa.PrimaryKeyConstraint('prefix', name=op.f('pk_series'))
    )
    op.create_table('setting',
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('value', sa.JSON(none_as_null=True), nullable=False),
    sa.Column('pack_digest', sa.Text(), nullable=True),
    sa.PrimaryKeyConstraint('name', name=op.f('pk_setting'))
    )
    op.create_table('subject',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('aliases', sa.JSON(none_as_null=True), nullable=True),
    sa.Column('weight', sa.Integer(), nullable=False),
    sa.Column('mark', sa.String(length=40), nullable=False),
    sa.Column('pack_digest', sa.Text(), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_subject')),
    sa.UniqueConstraint('name', name=op.f('uq_subject_name'))
    )
    op.create_table('term',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('matter', sa.String(length=40), nullable=False),
    sa.Column('step', sa.String(length=40), nullable=False),
    sa.Column('role', sa.String(length=40), nullable=False),
    sa.Column('days', sa.Integer(), nullable=False),
    sa.Column('unit', sa.String(length=40), nullable=False),
    sa.Column('basis', sa.String(length=40), nullable=False),
    sa.Column('counts_from', sa.Text(), nullable=False),
    sa.Column('counts_from_words', sa.Text(), nullable=False),
    sa.Column('cutoff', sa.String(length=40), nullable=False),
    sa.Column('notice_effect', sa.String(length=40), nullable=False),
    sa.Column('effect', sa.String(length=40), nullable=False),
    sa.Column('valid_from', sa.Date(), nullable=False),
    sa.Column('valid_to', sa.Date(), nullable=True),
    sa.Column('legal_source', sa.Text(), nullable=False),
    sa.Column('mark', sa.String(length=40), nullable=False),
    sa.Column('pack_digest', sa.Text(), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_term')),
    sa.UniqueConstraint('matter', 'step', 'valid_from', name=op.f('uq_term_matter_step_valid_from'))
    )
    op.create_table('term_suspension',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('body', sa.String(length=40), nullable=False),
    sa.Column('matter', sa.String(length=40), nullable=True),
    sa.Column('first_day', sa.Date(), nullable=False),
    sa.Column('last_day', sa.Date(), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('source', sa.Text(), nullable=False),
    sa.Column('mark', sa.String(length=40), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_term_suspension'))
    )
    op.create_table('territory',
    sa.Column('code', sa.String(length=40), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('population', sa.Integer(), nullable=True),
    sa.Column('latitude', sa.Float(), nullable=True),
    sa.Column('longitude', sa.Float(), nullable=True),
    sa.Column('polygon', sa.JSON(none_as_null=True), nullable=True),
    sa.Column('mark', sa.String(length=40), nullable=False),
    sa.Column('pack_digest', sa.Text(), nullable=True),
    sa.PrimaryKeyConstraint('code', name=op.f('pk_territory'))
    )
    op.create_table('user_account',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('email', sa.Text(), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('post', sa.Text(), nullable=False),
    sa.Column('password_hash', sa.Text(), nullable=True),
    sa.Column('active', sa.Boolean(), nullable=False),
    sa.Column('demo', sa.Boolean(), nullable=False),
    sa.Column('keys_on', sa.Boolean(), nullable=False),
    sa.Column('roomy', sa.Boolean(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_user_account')),
    sa.UniqueConstraint('email', name=op.f('uq_user_account_email'))
    )
    op.create_table('assignment',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('area_id', sa.Integer(), nullable=False),
    sa.Column('role', sa.String(length=40), nullable=False),
    sa.Column('acting', sa.Boolean(), nullable=False),
    sa.Column('valid_from', sa.Date(), nullable=False),
    sa.Column('valid_to', sa.Date(), nullable=True),
    sa.ForeignKeyConstraint(['area_id'], ['area.id'], name=op.f('fk_assignment_area_id_area')),
    sa.ForeignKeyConstraint(['user_id'], ['user_account.id'], name=op.f('fk_assignment_user_id_user_account')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_assignment'))
    )
    with op.batch_alter_table('assignment', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_assignment_area_id'), ['area_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_assignment_user_id'), ['user_id'], unique=False)

    op.create_table('batch',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('profile', sa.String(length=40), nullable=False),
    sa.Column('source', sa.String(length=40), nullable=False),
    sa.Column('filename', sa.Text(), nullable=False),
    sa.Column('sha256', sa.Text(), nullable=False),
    sa.Column('take_all', sa.Boolean(), nullable=False),
    sa.Column('by_id', sa.Integer(), nullable=True),
    sa.Column('created_at', Instant(), nullable=False),
    sa.Column('state', sa.String(length=40), nullable=False),
    sa.Column('refusal', sa.Text(), nullable=True),
    sa.Column('about', sa.JSON(none_as_null=True), nullable=False),
    sa.Column('rows', sa.Integer(), nullable=False),
    sa.Column('staged_to', sa.Integer(), nullable=False),
    sa.Column('forecast', sa.JSON(none_as_null=True), nullable=False),
    sa.Column('counts', sa.JSON(none_as_null=True), nullable=False),
    sa.Column('discrepancies', sa.Integer(), nullable=False),
    sa.Column('warnings', sa.JSON(none_as_null=True), nullable=True),
    sa.Column('handed_over', sa.Boolean(), nullable=False),
    sa.Column('started_at', Instant(), nullable=True),
    sa.Column('finished_at', Instant(), nullable=True),
    sa.ForeignKeyConstraint(['by_id'], ['user_account.id'], name=op.f('fk_batch_by_id_user_account')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_batch'))
    )
    with op.batch_alter_table('batch', schema=None) as batch_op:
        batch_op.create_index('ix_batch_handed_over', ['id'], unique=False, sqlite_where=sa.text("handed_over AND state IN ('staging','taking','applying')"), postgresql_where=sa.text("handed_over AND state IN ('staging','taking','applying')"))
        batch_op.create_index('ix_batch_sha256', ['sha256'], unique=False)

    op.create_table('case',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('ref', sa.Text(), nullable=False),
    sa.Column('source', sa.String(length=40), nullable=False),
    sa.Column('folio', sa.Text(), nullable=False),
    sa.Column('folio_received', sa.Text(), nullable=False),
    sa.Column('external_folio', sa.Text(), nullable=True),
    sa.Column('kind', sa.String(length=40), nullable=False),
    sa.Column('state', sa.String(length=40), nullable=False),
    sa.Column('round', sa.Integer(), nullable=False),
    sa.Column('desk_id', sa.Integer(), nullable=False),
    sa.Column('desk_mark', sa.String(length=40), nullable=False),
    sa.Column('subject', sa.Text(), nullable=False),
    sa.Column('description', sa.Text(), nullable=False),
    sa.Column('channel', sa.String(length=40), nullable=False),
    sa.Column('filed_at', Instant(), nullable=False),
    sa.Column('filed_has_hour', sa.Boolean(), nullable=False),
    sa.Column('received_on', sa.Date(), nullable=False),
    sa.Column('received_inferred', sa.Boolean(), nullable=False),
    sa.Column('street', sa.Text(), nullable=False),
    sa.Column('colonia', sa.Text(), nullable=False),
    sa.Column('borough', sa.Text(), nullable=False),
    sa.Column('borough_inferred', sa.Boolean(), nullable=False),
    sa.Column('postal_code', sa.Text(), nullable=False),
    sa.Column('latitude', sa.Float(), nullable=True),
    sa.Column('longitude', sa.Float(), nullable=True),
    sa.Column('territory_code', sa.String(length=40), nullable=True),
    sa.Column('paper', sa.JSON(none_as_null=True), nullable=True),
    sa.Column('delivery', sa.Text(), nullable=False),
    sa.Column('extra', sa.JSON(none_as_null=True), nullable=True),
    sa.Column('warnings', sa.JSON(none_as_null=True), nullable=True),
    sa.Column('due_on', sa.Date(), nullable=True),
    sa.Column('basis', sa.String(length=40), nullable=True),
    sa.Column('outcome', sa.String(length=40), nullable=True),
    sa.Column('answer_text', sa.Text(), nullable=True),
    sa.Column('answer_channel', sa.String(length=40), nullable=True),
    sa.Column('answered_on', sa.Date(), nullable=True),
    sa.Column('answered_at', Instant(), nullable=True),
    sa.Column('first_answer_on', sa.Date(), nullable=True),
    sa.Column('closed_on', sa.Date(), nullable=True),
    sa.Column('ending', sa.String(length=40), nullable=True),
    sa.Column('referred_to', sa.Text(), nullable=True),
    sa.Column('clarified', sa.Boolean(), nullable=False),
    sa.Column('extended', sa.Boolean(), nullable=False),
    sa.Column('captured_by_id', sa.Integer(), nullable=True),
    sa.Column('captured_at', Instant(), nullable=False),
    sa.Column('key_digest', sa.Text(), nullable=True),
    sa.Column('row_digest', sa.Text(), nullable=True),
    sa.Column('discrepancy', sa.JSON(none_as_null=True), nullable=True),
    sa.Column('returns', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['captured_by_id'], ['user_account.id'], name=op.f('fk_case_captured_by_id_user_account')),
    sa.ForeignKeyConstraint(['desk_id'], ['area.id'], name=op.f('fk_case_desk_id_area')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_case')),
    sa.UniqueConstraint('ref', name=op.f('uq_case_ref')),
    sa.UniqueConstraint('source', 'folio', name=op.f('uq_case_source_folio'))
    )
    with op.batch_alter_table('case', schema=None) as batch_op:
        batch_op.create_index('ix_case_captured_by', ['captured_by_id', 'id'], unique=False, sqlite_where=sa.text('captured_by_id IS NOT NULL'), postgresql_where=sa.text('captured_by_id IS NOT NULL'))
        batch_op.create_index('ix_case_desk', ['desk_id', 'id'], unique=False)
        batch_op.create_index('ix_case_desk_live', ['desk_id', 'due_on', 'id'], unique=False, sqlite_where=sa.text("state IN ('received','routed','review','clarification','payment')"), postgresql_where=sa.text("state IN ('received','routed','review','clarification','payment')"))
        batch_op.create_index('ix_case_desk_waiting', ['desk_id', 'due_on', 'id'], unique=False, sqlite_where=sa.text("state IN ('received','review','clarification','payment')"), postgresql_where=sa.text("state IN ('received','review','clarification','payment')"))
        batch_op.create_index('ix_case_discrepancy', ['id'], unique=False, sqlite_where=sa.text('discrepancy IS NOT NULL'), postgresql_where=sa.text('discrepancy IS NOT NULL'))
        batch_op.create_index('ix_case_external', ['external_folio'], unique=False, sqlite_where=sa.text('external_folio IS NOT NULL'), postgresql_where=sa.text('external_folio IS NOT NULL'))
        batch_op.create_index('ix_case_place', ['subject', 'postal_code', 'street'], unique=False)

    op.create_table('closed_report',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('month', sa.String(length=40), nullable=False),
    sa.Column('area_id', sa.Integer(), nullable=False),
    sa.Column('scope', sa.String(length=40), nullable=False),
    sa.Column('edition', sa.Integer(), nullable=False),
    sa.Column('closed_at', Instant(), nullable=False),
    sa.Column('by_id', sa.Integer(), nullable=True),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('report', sa.JSON(none_as_null=True), nullable=False),
    sa.Column('totals', sa.JSON(none_as_null=True), nullable=False),
    sa.Column('files', sa.JSON(none_as_null=True), nullable=False),
    sa.ForeignKeyConstraint(['area_id'], ['area.id'], name=op.f('fk_closed_report_area_id_area')),
    sa.ForeignKeyConstraint(['by_id'], ['user_account.id'], name=op.f('fk_closed_report_by_id_user_account')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_closed_report')),
    sa.UniqueConstraint('month', 'area_id', 'scope', 'edition', name=op.f('uq_closed_report_month_area_id_scope_edition'))
    )
    op.create_table('default_desk',
    sa.Column('source', sa.String(length=40), nullable=False),
    sa.Column('kind', sa.String(length=40), nullable=False),
    sa.Column('area_id', sa.Integer(), nullable=False),
    sa.Column('pack_digest', sa.Text(), nullable=True),
    sa.ForeignKeyConstraint(['area_id'], ['area.id'], name=op.f('fk_default_desk_area_id_area')),
    sa.PrimaryKeyConstraint('source', 'kind', name=op.f('pk_default_desk'))
    )
    op.create_table('form_nonce',
    sa.Column('nonce', sa.Text(), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('at', Instant(), nullable=False),
    sa.Column('ref', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['user_id'], ['user_account.id'], name=op.f('fk_form_nonce_user_id_user_account')),
    sa.PrimaryKeyConstraint('nonce', name=op.f('pk_form_nonce'))
    )
    op.create_table('job',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('action', sa.String(length=40), nullable=False),
    sa.Column('data', sa.JSON(none_as_null=True), nullable=False),
    sa.Column('by_id', sa.Integer(), nullable=False),
    sa.Column('created_at', Instant(), nullable=False),
    sa.Column('finished_at', Instant(), nullable=True),
    sa.Column('total', sa.Integer(), nullable=False),
    sa.Column('done', sa.Integer(), nullable=False),
    sa.Column('refused', sa.Integer(), nullable=False),
    sa.Column('undone_by', sa.Integer(), nullable=True),
    sa.Column('nonce', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['by_id'], ['user_account.id'], name=op.f('fk_job_by_id_user_account')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_job')),
    sa.UniqueConstraint('nonce', name=op.f('uq_job_nonce'))
    )
    op.create_table('routing_rule',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('key', sa.Text(), nullable=True),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('source', sa.String(length=40), nullable=False),
    sa.Column('kind', sa.String(length=40), nullable=False),
    sa.Column('subject', sa.Text(), nullable=False),
    sa.Column('words', sa.Text(), nullable=False),
    sa.Column('territory_code', sa.String(length=40), nullable=False),
    sa.Column('postal_code', sa.String(length=40), nullable=False),
    sa.Column('area_id', sa.Integer(), nullable=True),
    sa.Column('refer_to', sa.Text(), nullable=False),
    sa.Column('instruction', sa.Text(), nullable=False),
    sa.Column('target_days', sa.Integer(), nullable=True),
    sa.Column('mark', sa.String(length=40), nullable=False),
    sa.Column('valid_from', sa.Date(), nullable=False),
    sa.Column('valid_to', sa.Date(), nullable=True),
    sa.Column('pack_digest', sa.Text(), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['area_id'], ['area.id'], name=op.f('fk_routing_rule_area_id_area')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_routing_rule')),
    sa.UniqueConstraint('key', name=op.f('uq_routing_rule_key'))
    )
    op.create_table('series_year',
    sa.Column('prefix', sa.String(length=40), nullable=False),
    sa.Column('year', sa.Integer(), nullable=False),
    sa.Column('next_number', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['prefix'], ['series.prefix'], name=op.f('fk_series_year_prefix_series')),
    sa.PrimaryKeyConstraint('prefix', 'year', name=op.f('pk_series_year'))
    )
    op.create_table('sign_in',
    sa.Column('token_sha256', sa.Text(), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('started_at', Instant(), nullable=False),
    sa.Column('last_seen_at', Instant(), nullable=False),
    sa.Column('ended_at', Instant(), nullable=True),
    sa.ForeignKeyConstraint(['user_id'], ['user_account.id'], name=op.f('fk_sign_in_user_id_user_account')),
    sa.PrimaryKeyConstraint('token_sha256', name=op.f('pk_sign_in'))
    )
    with op.batch_alter_table('sign_in', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_sign_in_user_id'), ['user_id'], unique=False)

    op.create_table('access_record',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('case_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('what', sa.String(length=40), nullable=False),
    sa.Column('at', Instant(), nullable=False),
    sa.ForeignKeyConstraint(['case_id'], ['case.id'], name=op.f('fk_access_record_case_id_case')),
    sa.ForeignKeyConstraint(['user_id'], ['user_account.id'], name=op.f('fk_access_record_user_id_user_account')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_access_record'))
    )
    with op.batch_alter_table('access_record', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_access_record_at'), ['at'], unique=False)
        batch_op.create_index(batch_op.f('ix_access_record_case_id'), ['case_id'], unique=False)

    op.create_table('attachment',
    sa.Column('case_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('media_type', sa.Text(), nullable=False),
    sa.Column('size', sa.Integer(), nullable=False),
    sa.Column('sha256', sa.Text(), nullable=False),
    sa.Column('turn_number', sa.Integer(), nullable=True),
    sa.Column('purpose', sa.String(length=40), nullable=False),
    sa.Column('added_by_id', sa.Integer(), nullable=True),
    sa.Column('added_at', Instant(), nullable=False),
    sa.ForeignKeyConstraint(['added_by_id'], ['user_account.id'], name=op.f('fk_attachment_added_by_id_user_account')),
    sa.ForeignKeyConstraint(['case_id'], ['case.id'], name=op.f('fk_attachment_case_id_case')),
    sa.PrimaryKeyConstraint('case_id', 'number', name=op.f('pk_attachment'))
    )
    with op.batch_alter_table('attachment', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_attachment_sha256'), ['sha256'], unique=False)

    op.create_table('batch_row',
    sa.Column('batch_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('raw', sa.JSON(none_as_null=True), nullable=False),
    sa.Column('clean', sa.JSON(none_as_null=True), nullable=True),
    sa.Column('problems', sa.JSON(none_as_null=True), nullable=True),
    sa.Column('forecast', sa.String(length=40), nullable=True),
    sa.Column('verdict', sa.String(length=40), nullable=True),
    sa.Column('detail', sa.JSON(none_as_null=True), nullable=True),
    sa.Column('discrepant', sa.Boolean(), nullable=False),
    sa.Column('case_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('discarded_by_id', sa.Integer(), nullable=True),
    sa.Column('discard_reason', sa.Text(), nullable=True),
    sa.ForeignKeyConstraint(['batch_id'], ['batch.id'], name=op.f('fk_batch_row_batch_id_batch')),
    sa.ForeignKeyConstraint(['case_id'], ['case.id'], name=op.f('fk_batch_row_case_id_case')),
    sa.ForeignKeyConstraint(['discarded_by_id'], ['user_account.id'], name=op.f('fk_batch_row_discarded_by_id_user_account')),
    sa.PrimaryKeyConstraint('batch_id', 'number', name=op.f('pk_batch_row'))
    )
    with op.batch_alter_table('batch_row', schema=None) as batch_op:
        batch_op.create_index('ix_batch_row_case', ['case_id'], unique=False, sqlite_where=sa.text('case_id IS NOT NULL'), postgresql_where=sa.text('case_id IS NOT NULL'))
        batch_op.create_index('ix_batch_row_discrepant', ['batch_id', 'number'], unique=False, sqlite_where=sa.text('discrepant'), postgresql_where=sa.text('discrepant'))
        batch_op.create_index('ix_batch_row_forecast', ['batch_id', 'forecast', 'number'], unique=False, sqlite_where=sa.text('verdict IS NULL AND forecast IS NOT NULL'), postgresql_where=sa.text('verdict IS NULL AND forecast IS NOT NULL'))
        batch_op.create_index('ix_batch_row_to_do', ['batch_id', 'number'], unique=False, sqlite_where=sa.text('verdict IS NULL'), postgresql_where=sa.text('verdict IS NULL'))
        batch_op.create_index('ix_batch_row_verdict', ['batch_id', 'verdict', 'number'], unique=False)

    op.create_table('deadline',
    sa.Column('case_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('matter', sa.String(length=40), nullable=False),
    sa.Column('step', sa.String(length=40), nullable=False),
    sa.Column('basis', sa.String(length=40), nullable=False),
    sa.Column('governing', sa.Boolean(), nullable=False),
    sa.Column('round', sa.Integer(), nullable=False),
    sa.Column('received_on', sa.Date(), nullable=False),
    sa.Column('acts', sa.JSON(none_as_null=True), nullable=False),
    sa.Column('given_on', sa.Date(), nullable=True),
    sa.Column('base_due_on', sa.Date(), nullable=True),
    sa.Column('due_on', sa.Date(), nullable=True),
    sa.Column('expires_at', Instant(), nullable=True),
    sa.Column('state', sa.String(length=40), nullable=False),
    sa.Column('met_on', sa.Date(), nullable=True),
    sa.Column('became_overdue_on', sa.Date(), nullable=True),
    sa.Column('due_soon_on', sa.Date(), nullable=True),
    sa.Column('due_on_rectified', sa.Date(), nullable=True),
    sa.Column('overdue_rectified', sa.Text(), nullable=True),
    sa.ForeignKeyConstraint(['case_id'], ['case.id'], name=op.f('fk_deadline_case_id_case')),
    sa.PrimaryKeyConstraint('case_id', 'number', name=op.f('pk_deadline'))
    )
    with op.batch_alter_table('deadline', schema=None) as batch_op:
        batch_op.create_index('ix_deadline_expires', ['step', 'expires_at'], unique=False, sqlite_where=sa.text("state = 'running' AND expires_at IS NOT NULL"), postgresql_where=sa.text("state = 'running' AND expires_at IS NOT NULL"))
        batch_op.create_index('ix_deadline_governing_due', ['due_on', 'case_id'], unique=False, sqlite_where=sa.text('governing'), postgresql_where=sa.text('governing'))
        batch_op.create_index('ix_deadline_late', ['met_on', 'case_id'], unique=False, sqlite_where=sa.text('governing AND met_on > due_on'), postgresql_where=sa.text('governing AND met_on > due_on'))
        batch_op.create_index('ix_deadline_owed', ['due_on', 'case_id'], unique=False, sqlite_where=sa.text('governing AND met_on IS NULL'), postgresql_where=sa.text('governing AND met_on IS NULL'))
        batch_op.create_index('ix_deadline_person', ['case_id'], unique=False, sqlite_where=sa.text("step IN ('person_answers_clarification','pay_reproduction')"), postgresql_where=sa.text("step IN ('person_answers_clarification','pay_reproduction')"))
        batch_op.create_index('ix_deadline_rectified', ['due_on_rectified'], unique=False, sqlite_where=sa.text('due_on_rectified IS NOT NULL'), postgresql_where=sa.text('due_on_rectified IS NOT NULL'))
        batch_op.create_index('ix_deadline_step', ['step', 'due_on'], unique=False, sqlite_where=sa.text("state = 'running'"), postgresql_where=sa.text("state = 'running'"))
        batch_op.create_index('ix_deadline_to_record', ['due_on'], unique=False, sqlite_where=sa.text("state = 'running' AND governing AND became_overdue_on IS NULL"), postgresql_where=sa.text("state = 'running' AND governing AND became_overdue_on IS NULL"))

    op.create_table('event',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('case_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('turn_number', sa.Integer(), nullable=True),
    sa.Column('action', sa.String(length=40), nullable=False),
    sa.Column('actor_id', sa.Integer(), nullable=True),
    sa.Column('on_behalf', sa.String(length=40), nullable=True),
    sa.Column('entered_at', Instant(), nullable=False),
    sa.Column('effective_on', sa.Date(), nullable=False),
    sa.Column('data', sa.JSON(none_as_null=True), nullable=True),
    sa.Column('changes', sa.JSON(none_as_null=True), nullable=True),
    sa.ForeignKeyConstraint(['actor_id'], ['user_account.id'], name=op.f('fk_event_actor_id_user_account')),
    sa.ForeignKeyConstraint(['case_id'], ['case.id'], name=op.f('fk_event_case_id_case')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_event'))
    )
    with op.batch_alter_table('event', schema=None) as batch_op:
        batch_op.create_index('ix_event_case', ['case_id', 'id'], unique=False)
        batch_op.create_index('ix_event_desk_moved', ['case_id', 'id'], unique=False, sqlite_where=sa.text("action IN ('hand_over','restructured')"), postgresql_where=sa.text("action IN ('hand_over','restructured')"))
        batch_op.create_index('ix_event_entered', ['entered_at'], unique=False)

    op.create_table('folio_alias',
    sa.Column('case_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('ref', sa.Text(), nullable=False),
    sa.Column('source', sa.String(length=40), nullable=False),
    sa.Column('folio', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['case_id'], ['case.id'], name=op.f('fk_folio_alias_case_id_case')),
    sa.PrimaryKeyConstraint('case_id', 'number', name=op.f('pk_folio_alias'))
    )
    with op.batch_alter_table('folio_alias', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_folio_alias_ref'), ['ref'], unique=False)

    op.create_table('job_item',
    sa.Column('job_id', sa.Integer(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('case_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('turn_number', sa.Integer(), nullable=False),
    sa.Column('verdict', sa.String(length=40), nullable=True),
    sa.Column('reason', sa.Text(), nullable=True),
    sa.Column('result', sa.JSON(none_as_null=True), nullable=True),
    sa.ForeignKeyConstraint(['case_id'], ['case.id'], name=op.f('fk_job_item_case_id_case')),
    sa.ForeignKeyConstraint(['job_id'], ['job.id'], name=op.f('fk_job_item_job_id_job')),
    sa.PrimaryKeyConstraint('job_id', 'position', name=op.f('pk_job_item'))
    )
    with op.batch_alter_table('job_item', schema=None) as batch_op:
        batch_op.create_index('ix_job_item_to_do', ['job_id', 'position'], unique=False, sqlite_where=sa.text('verdict IS NULL'), postgresql_where=sa.text('verdict IS NULL'))

    op.create_table('link',
    sa.Column('case_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('other_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('kind', sa.String(length=40), nullable=False),
    sa.Column('ended', sa.Boolean(), nullable=False),
    sa.ForeignKeyConstraint(['case_id'], ['case.id'], name=op.f('fk_link_case_id_case')),
    sa.ForeignKeyConstraint(['other_id'], ['case.id'], name=op.f('fk_link_other_id_case')),
    sa.PrimaryKeyConstraint('case_id', 'number', name=op.f('pk_link'))
    )
    with op.batch_alter_table('link', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_link_other_id'), ['other_id'], unique=False)

    op.create_table('mail',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('message_id', sa.Text(), nullable=False),
    sa.Column('recipient', sa.Text(), nullable=False),
    sa.Column('subject', sa.Text(), nullable=False),
    sa.Column('body', sa.Text(), nullable=False),
    sa.Column('state', sa.String(length=40), nullable=False),
    sa.Column('attempts', sa.Integer(), nullable=False),
    sa.Column('next_try_at', Instant(), nullable=False),
    sa.Column('sent_at', Instant(), nullable=True),
    sa.Column('problem', sa.Text(), nullable=True),
    sa.Column('case_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.ForeignKeyConstraint(['case_id'], ['case.id'], name=op.f('fk_mail_case_id_case')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_mail')),
    sa.UniqueConstraint('message_id', name=op.f('uq_mail_message_id'))
    )
    with op.batch_alter_table('mail', schema=None) as batch_op:
        batch_op.create_index('ix_mail_queue', ['next_try_at'], unique=False, sqlite_where=sa.text("state IN ('queued','sending')"), postgresql_where=sa.text("state IN ('queued','sending')"))

    op.create_table('note',
    sa.Column('case_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('author_id', sa.Integer(), nullable=True),
    sa.Column('area_id', sa.Integer(), nullable=True),
    sa.Column('written_at', Instant(), nullable=False),
    sa.ForeignKeyConstraint(['area_id'], ['area.id'], name=op.f('fk_note_area_id_area')),
    sa.ForeignKeyConstraint(['author_id'], ['user_account.id'], name=op.f('fk_note_author_id_user_account')),
    sa.ForeignKeyConstraint(['case_id'], ['case.id'], name=op.f('fk_note_case_id_case')),
    sa.PrimaryKeyConstraint('case_id', 'number', name=op.f('pk_note'))
    )
    op.create_table('petitioner',
    sa.Column('case_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('name_key', sa.Text(), nullable=False),
    sa.Column('phone', sa.Text(), nullable=False),
    sa.Column('email', sa.Text(), nullable=False),
    sa.Column('sex', sa.Text(), nullable=False),
    sa.Column('age', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['case_id'], ['case.id'], name=op.f('fk_petitioner_case_id_case')),
    sa.PrimaryKeyConstraint('case_id', name=op.f('pk_petitioner'))
    )
    with op.batch_alter_table('petitioner', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_petitioner_name_key'), ['name_key'], unique=False)

    op.create_table('turn',
    sa.Column('case_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('area_id', sa.Integer(), nullable=False),
    sa.Column('round', sa.Integer(), nullable=False),
    sa.Column('state', sa.String(length=40), nullable=False),
    sa.Column('instruction', sa.Text(), nullable=False),
    sa.Column('rule_name', sa.Text(), nullable=False),
    sa.Column('routed_by_id', sa.Integer(), nullable=True),
    sa.Column('routed_at', Instant(), nullable=False),
    sa.Column('target_on', sa.Date(), nullable=True),
    sa.Column('assignee_id', sa.Integer(), nullable=True),
    sa.Column('accepted_at', Instant(), nullable=True),
    sa.Column('draft_text', sa.Text(), nullable=True),
    sa.Column('draft_by_id', sa.Integer(), nullable=True),
    sa.Column('reply_text', sa.Text(), nullable=True),
    sa.Column('replied_by_id', sa.Integer(), nullable=True),
    sa.Column('ended_at', Instant(), nullable=True),
    sa.Column('end_reason', sa.Text(), nullable=True),
    sa.Column('replaced_by', sa.Integer(), nullable=True),
    sa.Column('shared', sa.Boolean(), nullable=False),
    sa.Column('target_missed_on', sa.Date(), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('due_on', sa.Date(), nullable=True),
    sa.Column('waiting', sa.Boolean(), nullable=False),
    sa.ForeignKeyConstraint(['area_id'], ['area.id'], name=op.f('fk_turn_area_id_area')),
    sa.ForeignKeyConstraint(['assignee_id'], ['user_account.id'], name=op.f('fk_turn_assignee_id_user_account')),
    sa.ForeignKeyConstraint(['case_id'], ['case.id'], name=op.f('fk_turn_case_id_case')),
    sa.ForeignKeyConstraint(['draft_by_id'], ['user_account.id'], name=op.f('fk_turn_draft_by_id_user_account')),
    sa.ForeignKeyConstraint(['replied_by_id'], ['user_account.id'], name=op.f('fk_turn_replied_by_id_user_account')),
    sa.ForeignKeyConstraint(['routed_by_id'], ['user_account.id'], name=op.f('fk_turn_routed_by_id_user_account')),
    sa.PrimaryKeyConstraint('case_id', 'number', name=op.f('pk_turn'))
    )
    with op.batch_alter_table('turn', schema=None) as batch_op:
        batch_op.create_index('ix_turn_area_case', ['area_id', 'case_id'], unique=False)
        batch_op.create_index('ix_turn_assignee', ['assignee_id', 'due_on'], unique=False, sqlite_where=sa.text("state IN ('pending','accepted')"), postgresql_where=sa.text("state IN ('pending','accepted')"))
        batch_op.create_index('ix_turn_drafted', ['area_id', 'case_id'], unique=False, sqlite_where=sa.text("state IN ('pending','accepted') AND draft_text IS NOT NULL"), postgresql_where=sa.text("state IN ('pending','accepted') AND draft_text IS NOT NULL"))
        batch_op.create_index('ix_turn_inbox', ['area_id', 'waiting', 'due_on', 'case_id', 'number', 'state', 'assignee_id'], unique=False, sqlite_where=sa.text("state IN ('pending','accepted')"), postgresql_where=sa.text("state IN ('pending','accepted')"))
        batch_op.create_index('ix_turn_routed_by', ['routed_by_id', 'case_id'], unique=False)
        batch_op.create_index('ix_turn_target', ['target_on'], unique=False, sqlite_where=sa.text("state IN ('pending','accepted') AND target_missed_on IS NULL"), postgresql_where=sa.text("state IN ('pending','accepted') AND target_missed_on IS NULL"))
        batch_op.create_index('ix_turn_urgent', ['waiting', 'due_on', 'case_id', 'number'], unique=False, sqlite_where=sa.text("state IN ('pending','accepted')"), postgresql_where=sa.text("state IN ('pending','accepted')"))
    engine = op.get_bind().dialect.name
    for statement in (*SEARCH_DDL[engine], *APPEND_ONLY_DDL[engine]):
        op.execute(statement)


def downgrade() -> None:
    for statement in APPEND_ONLY_UNDO[op.get_bind().dialect.name]:
        op.execute(statement)
    op.execute("DROP TABLE case_search")
    with op.batch_alter_table('turn', schema=None) as batch_op:
        batch_op.drop_index('ix_turn_urgent', sqlite_where=sa.text("state IN ('pending','accepted')"), postgresql_where=sa.text("state IN ('pending','accepted')"))
        batch_op.drop_index('ix_turn_target', sqlite_where=sa.text("state IN ('pending','accepted') AND target_missed_on IS NULL"), postgresql_where=sa.text("state IN ('pending','accepted') AND target_missed_on IS NULL"))
        batch_op.drop_index('ix_turn_routed_by')
        batch_op.drop_index('ix_turn_inbox', sqlite_where=sa.text("state IN ('pending','accepted')"), postgresql_where=sa.text("state IN ('pending','accepted')"))
        batch_op.drop_index('ix_turn_drafted', sqlite_where=sa.text("state IN ('pending','accepted') AND draft_text IS NOT NULL"), postgresql_where=sa.text("state IN ('pending','accepted') AND draft_text IS NOT NULL"))
        batch_op.drop_index('ix_turn_assignee', sqlite_where=sa.text("state IN ('pending','accepted')"), postgresql_where=sa.text("state IN ('pending','accepted')"))
        batch_op.drop_index('ix_turn_area_case')

    op.drop_table('turn')
    with op.batch_alter_table('petitioner', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_petitioner_name_key'))

    op.drop_table('petitioner')
    op.drop_table('note')
    with op.batch_alter_table('mail', schema=None) as batch_op:
        batch_op.drop_index('ix_mail_queue', sqlite_where=sa.text("state IN ('queued','sending')"), postgresql_where=sa.text("state IN ('queued','sending')"))

    op.drop_table('mail')
    with op.batch_alter_table('link', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_link_other_id'))

    op.drop_table('link')
    with op.batch_alter_table('job_item', schema=None) as batch_op:
        batch_op.drop_index('ix_job_item_to_do', sqlite_where=sa.text('verdict IS NULL'), postgresql_where=sa.text('verdict IS NULL'))

    op.drop_table('job_item')
    with op.batch_alter_table('folio_alias', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_folio_alias_ref'))

    op.drop_table('folio_alias')
    with op.batch_alter_table('event', schema=None) as batch_op:
        batch_op.drop_index('ix_event_entered')
        batch_op.drop_index('ix_event_desk_moved', sqlite_where=sa.text("action IN ('hand_over','restructured')"), postgresql_where=sa.text("action IN ('hand_over','restructured')"))
        batch_op.drop_index('ix_event_case')

    op.drop_table('event')
    with op.batch_alter_table('deadline', schema=None) as batch_op:
        batch_op.drop_index('ix_deadline_to_record', sqlite_where=sa.text("state = 'running' AND governing AND became_overdue_on IS NULL"), postgresql_where=sa.text("state = 'running' AND governing AND became_overdue_on IS NULL"))
        batch_op.drop_index('ix_deadline_step', sqlite_where=sa.text("state = 'running'"), postgresql_where=sa.text("state = 'running'"))
        batch_op.drop_index('ix_deadline_rectified', sqlite_where=sa.text('due_on_rectified IS NOT NULL'), postgresql_where=sa.text('due_on_rectified IS NOT NULL'))
        batch_op.drop_index('ix_deadline_person', sqlite_where=sa.text("step IN ('person_answers_clarification','pay_reproduction')"), postgresql_where=sa.text("step IN ('person_answers_clarification','pay_reproduction')"))
        batch_op.drop_index('ix_deadline_owed', sqlite_where=sa.text('governing AND met_on IS NULL'), postgresql_where=sa.text('governing AND met_on IS NULL'))
        batch_op.drop_index('ix_deadline_late', sqlite_where=sa.text('governing AND met_on > due_on'), postgresql_where=sa.text('governing AND met_on > due_on'))
        batch_op.drop_index('ix_deadline_governing_due', sqlite_where=sa.text('governing'), postgresql_where=sa.text('governing'))
        batch_op.drop_index('ix_deadline_expires', sqlite_where=sa.text("state = 'running' AND expires_at IS NOT NULL"), postgresql_where=sa.text("state = 'running' AND expires_at IS NOT NULL"))

    op.drop_table('deadline')
    with op.batch_alter_table('batch_row', schema=None) as batch_op:
        batch_op.drop_index('ix_batch_row_verdict')
        batch_op.drop_index('ix_batch_row_to_do', sqlite_where=sa.text('verdict IS NULL'), postgresql_where=sa.text('verdict IS NULL'))
        batch_op.drop_index('ix_batch_row_forecast', sqlite_where=sa.text('verdict IS NULL AND forecast IS NOT NULL'), postgresql_where=sa.text('verdict IS NULL AND forecast IS NOT NULL'))
        batch_op.drop_index('ix_batch_row_discrepant', sqlite_where=sa.text('discrepant'), postgresql_where=sa.text('discrepant'))
        batch_op.drop_index('ix_batch_row_case', sqlite_where=sa.text('case_id IS NOT NULL'), postgresql_where=sa.text('case_id IS NOT NULL'))

    op.drop_table('batch_row')
    with op.batch_alter_table('attachment', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_attachment_sha256'))

    op.drop_table('attachment')
    with op.batch_alter_table('access_record', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_access_record_case_id'))
        batch_op.drop_index(batch_op.f('ix_access_record_at'))

    op.drop_table('access_record')
    with op.batch_alter_table('sign_in', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_sign_in_user_id'))

    op.drop_table('sign_in')
    op.drop_table('series_year')
    op.drop_table('routing_rule')
    op.drop_table('job')
    op.drop_table('form_nonce')
    op.drop_table('default_desk')
    op.drop_table('closed_report')
    with op.batch_alter_table('case', schema=None) as batch_op:
        batch_op.drop_index('ix_case_place')
        batch_op.drop_index('ix_case_external', sqlite_where=sa.text('external_folio IS NOT NULL'), postgresql_where=sa.text('external_folio IS NOT NULL'))
        batch_op.drop_index('ix_case_discrepancy', sqlite_where=sa.text('discrepancy IS NOT NULL'), postgresql_where=sa.text('discrepancy IS NOT NULL'))
        batch_op.drop_index('ix_case_desk_waiting', sqlite_where=sa.text("state IN ('received','review','clarification','payment')"), postgresql_where=sa.text("state IN ('received','review','clarification','payment')"))
        batch_op.drop_index('ix_case_desk_live', sqlite_where=sa.text("state IN ('received','routed','review','clarification','payment')"), postgresql_where=sa.text("state IN ('received','routed','review','clarification','payment')"))
        batch_op.drop_index('ix_case_desk')
        batch_op.drop_index('ix_case_captured_by', sqlite_where=sa.text('captured_by_id IS NOT NULL'), postgresql_where=sa.text('captured_by_id IS NOT NULL'))

    op.drop_table('case')
    with op.batch_alter_table('batch', schema=None) as batch_op:
        batch_op.drop_index('ix_batch_sha256')
        batch_op.drop_index('ix_batch_handed_over', sqlite_where=sa.text("handed_over AND state IN ('staging','taking','applying')"), postgresql_where=sa.text("handed_over AND state IN ('staging','taking','applying')"))

    op.drop_table('batch')
    with op.batch_alter_table('assignment', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_assignment_user_id'))
        batch_op.drop_index(batch_op.f('ix_assignment_area_id'))

    op.drop_table('assignment')
    op.drop_table('user_account')
    op.drop_table('territory')
    op.drop_table('term_suspension')
    op.drop_table('term')
    op.drop_table('subject')
    op.drop_table('setting')
    op.drop_table('series')
    op.drop_table('non_working_day')
    op.drop_table('lease')
    with op.batch_alter_table('job_run', schema=None) as batch_op:
        batch_op.drop_index('ix_job_run_job_started')

    op.drop_table('job_run')
    op.drop_table('event_seal')
    with op.batch_alter_table('attempt', schema=None) as batch_op:
        batch_op.drop_index('ix_attempt_key_at')

    op.drop_table('attempt')
    op.drop_table('area')
