import { setFlagsFromString } from 'node:v8'

/** Of what was alive when the heap was cleaned last. V8 by itself lets it grow by up to 300. */
const growthPercent = 25

/**
 * Has V8 clean its whole heap earlier: a process stays smaller by a hundred megabytes for some 20 ms of work now and then.
 * Most garbage is gone long before, but not the text that JSON.parse has refused, which V8 keeps as the source of the
 * error: whoever sends a file of such lines gets all the memory that V8 is willing to take.
 *
 * For the whole process, so main.ts calls it, before anything else. V8 reads it at each cleaning. Node warns of flags that
 * change how code runs; this one changes when it is cleaned up after, and what it is worth is tested.
 */
export function cleanHeapEarly(): void {
  setFlagsFromString(`--heap-growing-percent=${growthPercent}`)
}
