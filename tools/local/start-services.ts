import type { SupervisedProcess } from '@fondasi/embedded'
import type { Service } from '../services.ts'
import { launchService, PortTakenError, untilReady } from './launch.ts'
import { createPortAllocator } from './ports.ts'
import { localUrl, prepareService, type ServicePlan, seedService } from './service-process.ts'
import type { RunningService } from './state.ts'

/** A running process that we must stop. */
export type Part = { name: string; process: SupervisedProcess; isStore: boolean }

type Start = Omit<ServicePlan, 'service' | 'ports' | 'urlOf'> & {
  chosen: readonly Service[]
  interrupted: AbortSignal
  /** Every started process is added. */
  parts: Part[]
}

/**
 * Starts services, all at once, and waits until every one is ready. Each knows the others' addresses and retries until
 * they respond, so no order is needed. Meanwhile it seeds them: they need the tables, not their rows.
 * @throws ProgramFailedError when one of their programs fails
 */
export async function startServices(start: Start): Promise<RunningService[]> {
  const { chosen, interrupted, parts, ...common } = start
  const allocatePort = createPortAllocator(common.say)
  const prepared = await Promise.all(
    (await plansFor(chosen, common, allocatePort)).map(async (plan) => ({
      plan,
      database: await prepareService(plan),
    })),
  )
  interrupted.throwIfAborted()

  async function launchAll(round: typeof prepared): Promise<RunningService[]> {
    const started = await Promise.all(
      round.map(async ({ plan, database }) => {
        const one = await launchService(plan, database)
        const own = one.programs.map(({ name, process }) => ({ name, process, isStore: false }))
        parts.push(...own)
        return { ...one, parts: own }
      }),
    )
    try {
      return await Promise.all(started.map(untilReady))
    } catch (error) {
      if (!(error instanceof PortTakenError)) throw error
    }
    // Another process took one of the ports. All start again, because each knows the others' old addresses.
    const ofRound = started.flatMap((one) => one.parts)
    for (const part of ofRound) parts.splice(parts.indexOf(part), 1)
    await Promise.all(ofRound.map(({ process }) => process.stop()))
    interrupted.throwIfAborted()
    const plans = await plansFor(chosen, common, allocatePort)
    return launchAll(
      round.map(({ plan: old, database }) => ({
        plan: plans.find(({ service }) => service === old.service) ?? old,
        database,
      })),
    )
  }

  const [running] = await Promise.all([
    launchAll(prepared),
    ...prepared.map(({ plan, database }) => seedService(plan, database)),
  ])
  return running
}

/** Assigns all ports first, so that each service can get the others' addresses. */
async function plansFor(
  chosen: readonly Service[],
  common: Omit<ServicePlan, 'service' | 'ports' | 'urlOf'>,
  allocatePort: ReturnType<typeof createPortAllocator>,
): Promise<ServicePlan[]> {
  const urls = new Map<string, string>()
  const plans: ServicePlan[] = []
  for (const service of chosen) {
    const workers: Record<string, number> = {}
    const ports = {
      port: await allocatePort(service.port, service.name),
      adminPort: await allocatePort(service.adminPort, `${service.name}'s metrics`),
      workers,
    }
    for (const { name, adminPort } of service.workers)
      workers[name] = await allocatePort(adminPort, `${name}'s metrics`)
    urls.set(service.name, localUrl(ports))
    plans.push({ ...common, service, ports, urlOf: (name) => urls.get(name) })
  }
  return plans
}
