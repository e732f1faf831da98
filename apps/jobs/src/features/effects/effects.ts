import type { Db } from '@fondasi/postgres'
import type { EffectResult, RunContext } from '../kinds/define-job.ts'
import { Dead } from '../kinds/outcome.ts'
import type { HeldJob } from '../run/repository.ts'
import { storableResult } from '../run/storable-json.ts'
import { decideEffect } from './effect-decision.ts'
import * as repository from './repository.ts'

/** Nobody knows whether an effect has happened, and its kind does not repeat it. */
export class AmbiguousEffectError extends Error {
  override name = 'AmbiguousEffectError'
  /** What the run must return. */
  readonly outcome = Dead('ambiguous_effect', this)
}

/** Another run has the job, so this one may not perform effects. */
export class FencedError extends Error {
  override name = 'FencedError'
}

export interface EffectDeps {
  db: Db
  /** Counts effects of which nobody knows whether they have happened. */
  onAmbiguous: () => void
}

/** Makes `context.effect` for one run. */
export function createEffects(
  { db, onAmbiguous }: EffectDeps,
  run: { held: HeldJob; rootId: string; policy: 'resend' | 'hold'; signal: AbortSignal },
): RunContext['effect'] {
  const { held, rootId, policy, signal } = run

  /** @returns the stored result, or undefined when this run must perform the effect */
  async function claim(step: string): Promise<EffectResult | undefined> {
    if (await repository.beginEffect(db, { rootId, step }, held)) return undefined
    const found = await repository.findEffect(db, { rootId, step })
    const decision = decideEffect(found, policy)
    if (decision.kind === 'stored') return decision.left
    if (decision.kind === 'lost') throw new FencedError('the job has ended or another run has it')
    onAmbiguous()
    const state = decision.kind === 'repeat' ? 'sending' : 'ambiguous'
    if (!(await repository.takeOverEffect(db, { rootId, step }, held, state)))
      throw new FencedError('the job has ended or another run has it')
    if (decision.kind === 'hold')
      throw new AmbiguousEffectError(
        `nobody knows whether step "${step}" has happened; check, then redrive or discard`,
      )
    return undefined
  }

  return async (step, perform) => {
    const stored = await claim(step)
    if (stored !== undefined) return stored
    let left: EffectResult
    try {
      left = await perform(`${rootId}.${step}`)
    } catch (error) {
      // An aborted effect may have happened, so its row stays.
      if (!signal.aborted) await repository.forgetEffect(db, { rootId, step }, held)
      throw error
    }
    const result = storableResult(left.result)
    await repository.finishEffect(db, { rootId, step }, held, {
      providerRef: left.providerRef ?? null,
      result,
    })
    return left
  }
}
