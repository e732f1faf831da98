import { Client } from 'pg'
import { afterAll } from 'vitest'

const lock = 4_102_999

/**
 * Makes every merge of this test file wait for a lock at the row with the title "Phone 1500", which is in its second batch.
 * So a test can act in the middle of a merge, however fast the machine is.
 *
 * @param adminUrl logs in to the database as its administrator
 */
export async function holdMerges(adminUrl: string): Promise<void> {
  const admin = new Client({ connectionString: adminUrl })
  // A test may kill the server.
  admin.on('error', () => {})
  await admin.connect()
  afterAll(() => admin.end().catch(() => {}))
  await admin.query(`
    create function wait_in_merge() returns trigger language plpgsql as
      'begin perform pg_advisory_xact_lock(${lock}); return null; end';
    create trigger wait_in_merge after insert on product_search for each row
      when (new.name_en = 'phone 1500') execute function wait_in_merge()`)
  await admin.query(`select pg_advisory_lock(${lock})`)
}
