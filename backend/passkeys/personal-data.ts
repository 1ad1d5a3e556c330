import { FIRST_NUMBER, type PersonalSection, readRows } from '../privacy/personal-section.ts';
import { fromHex } from '../shared/bytes.ts';

/** The passkeys that sign in here. Their keys go on signing for the account, which the chain decides. */
export const passkeysData: PersonalSection = {
  name: 'passkeys',
  tables: ['passkeys'],
  read: readRows(
    `SELECT * FROM (SELECT row_number() OVER (ORDER BY created_at, credential_id) AS place, jsonb_build_object(
       'id', rtrim(translate(replace(encode(credential_id, 'base64'), E'\\n', ''), '+/', '-_'), '='), 'key', '0x' || encode(key, 'hex'),
       'publicKey', jsonb_build_object('x', '0x' || encode(public_key_x, 'hex'), 'y', '0x' || encode(public_key_y, 'hex')),
       'signCount', sign_count, 'transports', transports, 'backedUp', backed_up, 'createdAt', created_at, 'lastUsedAt', last_used_at)
       AS item FROM passkeys WHERE account = $1) p WHERE place > $2::bigint ORDER BY place LIMIT $3`,
    FIRST_NUMBER,
  ),
  async erase(tx, account) {
    const { rowCount } = await tx.query('DELETE FROM passkeys WHERE account = $1', [fromHex(account)]);
    return rowCount ?? 0;
  },
};
