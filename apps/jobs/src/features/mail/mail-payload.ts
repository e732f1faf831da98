import { httpUrl } from '@fondasi/config'
import { label, nameText } from '@fondasi/service'
import { z } from 'zod'
import { type Content, confirmAddress, digest, resetPassword } from './templates.ts'

const common = {
  to: z.email().max(254).toLowerCase(),
  locale: z.enum(['en', 'id']).default('en'),
}
const webLink = httpUrl().max(2_048)
const item = z.strictObject({ title: label(200), url: webLink })

/** The values of each template. A link that gives access to an account is not among them: it is in the job's secret. */
export const mailPayload = z.discriminatedUnion('template', [
  z.strictObject({
    ...common,
    template: z.literal('confirm_address'),
    values: z.strictObject({ name: nameText(100) }),
  }),
  z.strictObject({
    ...common,
    template: z.literal('reset_password'),
    values: z.strictObject({}).default({}),
  }),
  z.strictObject({
    ...common,
    template: z.literal('digest'),
    values: z.strictObject({ title: label(200), items: z.array(item).min(1).max(50) }),
  }),
])
export type MailPayload = z.output<typeof mailPayload>

/** The job has no secret link, or one that is not an address. */
export class MissingLinkError extends Error {
  override name = 'MissingLinkError'
}

/**
 * @param unsubscribe the link of a digest
 * @throws {MissingLinkError}
 */
export function renderMail(
  payload: MailPayload,
  secret: Record<string, string> | undefined,
  unsubscribe: string,
): Content {
  switch (payload.template) {
    case 'confirm_address':
      return confirmAddress({ ...payload.values, link: linkOf(secret) }, payload.locale)
    case 'reset_password':
      return resetPassword({ link: linkOf(secret) }, payload.locale)
    case 'digest':
      return digest({ ...payload.values, unsubscribe }, payload.locale)
  }
}

function linkOf(secret: Record<string, string> | undefined): string {
  const link = webLink.safeParse(secret?.['link'])
  if (!link.success) throw new MissingLinkError('the secret of this job must have a `link`')
  return link.data
}
