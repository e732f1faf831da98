import { createSealer } from '@fondasi/outbox'
import type { Db } from '@fondasi/postgres'
import type { Registry } from 'prom-client'
import type { Config } from './config.ts'
import { receiveKind } from './features/inbox/receive-kind.ts'
import type { Kind } from './features/kinds/define-job.ts'
import { mailKind } from './features/mail/mail-kind.ts'
import { createMailer } from './features/mail/mailer.ts'
import { createUnsubscribeLinks } from './features/mail/unsubscribe-link.ts'
import { deliverKind } from './features/webhooks/deliver-kind.ts'
import { publishKind } from './features/webhooks/publish-kind.ts'
import { createTargetRules } from './features/webhooks/target-guard.ts'
import { createWebhookClient } from './features/webhooks/webhook-client.ts'
import { createHeavyKinds } from './heavy-kinds.ts'
import { createDeliveryMetrics } from './metrics.ts'

export interface KindDeps {
  config: Config
  db: Db
  registry: Registry
}

export interface AppKinds {
  list: readonly Kind[]
  /** Closes the connections and processes of the kinds. */
  close(): Promise<void>
}

/** The kinds of job of this app, for both of its processes. A feature adds its own here. */
export function createKinds({ config, db, registry }: KindDeps): AppKinds {
  const sealer = createSealer(config.JOB_SECRET_KEY)
  const metrics = createDeliveryMetrics(registry)
  const mailer = createMailer({ smtpUrl: config.SMTP_URL, from: config.MAIL_FROM })
  const links = createUnsubscribeLinks({ sealer, publicUrl: config.PUBLIC_URL })
  const client = createWebhookClient(createTargetRules(config.WEBHOOK_ALLOWED_TARGETS))
  const onDisabled = (reason: string) => metrics.endpointsDisabled.inc({ reason })
  const heavy = createHeavyKinds({ size: config.HEAVY_PROCESSES })
  const deliver = deliverKind({ db, sealer, client, onDisabled })
  return {
    list: [
      mailKind({ db, mailer, links, onMisconfigured: () => metrics.mailMisconfigured.inc() }),
      deliver,
      publishKind({ db, deliver }),
      receiveKind({ db }),
      ...heavy.kinds,
    ],
    async close() {
      mailer.close()
      await Promise.all([client.close(), heavy.close()])
    },
  }
}
