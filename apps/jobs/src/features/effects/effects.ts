import type { Db } from '@fondasi/postgres'
import type { EffectResult, RunContext } from '../kinds/define-job.ts'
import { Dead } from '../kinds/outcome.ts'
import type { HeldJob } from '../run/repository.ts'
import { storableResult } from '../run/storable-json.ts'
import * as repository from './repository.ts'

/** An effect may have happened, and its kind does not repeat such an effect. */
export class AmbiguousEffectError extends Error {
  override name = 'AmbiguousEffectError'
  /** What the run must return. */
  readonly outcome = Dead('ambiguous_effect', this)
}

/** The job has ended or another run has it, so this one may write nothing. */
export class FencedError extends Error {
  override name = 'FencedError'
  override message = 'the job has ended or another run has it'
}

/**
 * Makes `context.effect` for one run.
 * @param deps.onAmbiguous counts effects that may have happened
 */
export function createEffects(
  { db, onAmbiguous }: { db: Db; onAmbiguous: () => void },
  run: { held: HeldJob; rootId: string; policy: 'resend' | 'hold'; signal: AbortSignal },
): RunContext['effect'] {
  const { held, rootId, policy, signal } = run

  /** @returns the stored result, or undefined when this run must perform the effect */
  async function claim(step: repository.Step): Promise<EffectResult | undefined> {
    const takenOver = policy === 'resend' ? 'sending' : 'ambiguous'
    const begun = await repository.beginEffect(db, step, held, takenOver)
    if (begun === undefined) {
      const found = await repository.findEffect(db, step)
      // The effect is not done, so the fence has moved on.
      if (found?.state !== 'done') throw new FencedError()
      return { providerRef: found.providerRef ?? undefined, result: found.result ?? undefined }
    }
    if (begun === 'begun') return undefined
    onAmbiguous()
    if (policy === 'resend') return undefined
    throw new AmbiguousEffectError(
      `step "${step.step}" may have happened; check at its receiver, then redrive or discard`,
    )
  }

  return async (name, perform) => {
    const step = { rootId, step: name }
    const stored = await claim(step)
    if (stored !== undefined) return stored
    let left: EffectResult
    try {
      left = await perform(`${rootId}.${name}`)
    } catch (error) {
      // An aborted effect may have happened, so its row stays.
      if (!signal.aborted) await repository.forgetEffect(db, step, held)
      throw error
    }
    await repository.finishEffect(db, step, held, {
      providerRef: left.providerRef ?? null,
      result: storableResult(left.result),
    })
    return left
  }
}
