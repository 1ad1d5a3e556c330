import type { Queryable } from '../database/transact.ts';
import { appendAudit } from '../shared/audit-log.ts';

const INVITE_DAYS = 30;

interface Admission {
  readonly id: string;
  readonly partner: number;
  readonly created_by: string;
  readonly admission: {
    readonly owner: string;
    readonly invite: string;
    readonly programme: {
      readonly slug: string;
      readonly colour: string;
      readonly earning: { readonly points: string; readonly perMinor: string; readonly currency: string };
    };
  };
}

/**
 * Begins the programmes of brands that were admitted and are final on the chain, each with the invitation of its first owner. A brand is
 * known by its name, symbol and admin. Called in the transaction that makes blocks final; it costs one look while nothing is waiting.
 */
export async function activateAdmissions(tx: Queryable, final: bigint): Promise<void> {
  const { rows } = await tx.query<Admission>(
    `SELECT DISTINCT ON (t.id) t.id, p.id AS partner, t.created_by, t.admission
     FROM prepared_transactions t JOIN partners p ON p.name = t.params->>'name' AND p.symbol = t.params->>'symbol'
       AND encode(p.admin, 'hex') = lower(substr(t.params->>'admin', 3))
     WHERE t.action = 'addPartner' AND t.activated_at IS NULL
       AND EXISTS (SELECT 1 FROM chain_events e WHERE e.number > t.prepared_block AND e.number <= $1
                     AND e.name = 'PartnerAdded' AND (e.args->>'partner')::int = p.id)
     ORDER BY t.id, p.id`,
    [final],
  );
  for (const row of rows) await activate(tx, row);
}

async function activate(
  tx: Queryable,
  { id, partner, created_by: actor, admission }: Admission,
): Promise<void> {
  const { programme, owner, invite } = admission;
  const { slug, colour, earning } = programme;
  const { points, perMinor, currency } = earning;
  await tx.query('UPDATE prepared_transactions SET activated_at = now() WHERE id = $1', [id]);
  // A slug that was taken meanwhile, or a programme that is there already, stays as it is.
  const { rowCount } = await tx.query(
    `INSERT INTO partner_programmes (partner_id, slug, colour, earning_points, earning_per_minor, earning_currency)
     VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING`,
    [partner, slug, colour, points, perMinor, currency],
  );
  await tx.query(
    `INSERT INTO staff_invites (id, partner_id, token_hash, role, name, created_at, expires_at)
     VALUES (gen_random_uuid(), $1, decode($2, 'hex'), 'owner', $3, now(), now() + $4 * interval '1 day') ON CONFLICT DO NOTHING`,
    [partner, invite, owner, INVITE_DAYS],
  );
  await appendAudit(tx, {
    partner,
    actor,
    action: 'partner.admitted',
    subject: `transaction:${id}`,
    after: { slug, colour, earning, programme: rowCount === 1, owner },
  });
}
