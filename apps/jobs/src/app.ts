import { createProtectedService, type RoleTable, type ServiceDeps } from '@fondasi/access'
import { createCursorCodec, type Service } from '@fondasi/service'
import type { Config } from './config.ts'
import { type Core, cancelChannel, release } from './create-core.ts'
import { registerResults } from './features/blobs/routes.ts'
import { registerDeadLetters } from './features/dead/routes.ts'
import { createDeadLetters } from './features/dead/service.ts'
import { registerImages } from './features/images/routes.ts'
import { registerInbox } from './features/inbox/routes.ts'
import { inboxSources } from './features/inbox/verify.ts'
import { registerJobs } from './features/jobs/routes.ts'
import { createJobService } from './features/jobs/service.ts'
import { registerUnsubscribe } from './features/mail/routes.ts'
import { createUnsubscribeLinks } from './features/mail/unsubscribe-link.ts'
import { registerProgress } from './features/progress/routes.ts'
import { registerQueues } from './features/queues/routes.ts'
import { createQueueService } from './features/queues/service.ts'
import { registerSchedules } from './features/schedules/routes.ts'
import { createScheduleService } from './features/schedules/service.ts'
import { registerWebhookEndpoints } from './features/webhooks/routes.ts'
import { createWebhookEndpoints } from './features/webhooks/service.ts'
import { createTargetRules } from './features/webhooks/target-guard.ts'

/** What outlives a request: created in main.ts and create-jobs.ts, passed down, and closed there. */
export interface AppDeps extends ServiceDeps {
  config: Config
  core: Core
}

/** Roles and what they permit in this service. */
const roles: RoleTable = {
  admin: ['*:*'],
  editor: ['jobs:read', 'jobs:write'],
  viewer: ['jobs:read'],
}

/**
 * Builds the service from its dependencies: the features in reading order. Never listens, never reads the
 * environment, starts nothing that must be stopped.
 */
export async function buildApp(deps: AppDeps): Promise<{ app: Service; drain: () => void }> {
  const about = {
    name: 'jobs',
    version: release,
    title: 'Jobs',
    description: 'A queue for e-mail and heavy work, with retry, dead letters and redrive.',
  }
  const { app, access, drain } = await createProtectedService(about, roles, deps)

  const { config, core, clock, redis } = deps
  const { db, sealer, enqueuer } = core
  const publicUrl = config.PUBLIC_URL
  const cursors = createCursorCodec(config.CURSOR_KEY, clock)
  const jobs = createJobService({ ...core, redis, cancelChannel: cancelChannel(config), clock })
  const deadLetters = createDeadLetters(core)
  const queueService = createQueueService(core)
  const targets = createTargetRules(config.WEBHOOK_ALLOWED_TARGETS)
  const endpoints = createWebhookEndpoints({ db, sealer, targets, enqueuer, clock })
  const links = createUnsubscribeLinks({ sealer, publicUrl })
  const sources = inboxSources(config)
  const schedules = createScheduleService({ db, enqueuer })

  await app.register(
    async (v1: Service) => {
      await registerJobs(v1, { access, jobs, cursors, publicUrl })
      await registerProgress(v1, { access, jobs, maxStreams: config.MAX_EVENT_STREAMS })
      await registerResults(v1, { access, db })
      await registerDeadLetters(v1, { access, db, deadLetters, jobs, cursors, publicUrl })
      await registerQueues(v1, { access, queueService })
      await registerWebhookEndpoints(v1, { access, db, endpoints, cursors, publicUrl })
      await registerUnsubscribe(v1, { db, links })
      await registerInbox(v1, { db, enqueuer, sources, tenant: config.INBOX_TENANT })
      await registerSchedules(v1, { access, db, cursors, schedules })
      await registerImages(v1, { access, config, db })
    },
    { prefix: '/v1' },
  )
  return { app, drain }
}
