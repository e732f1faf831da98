import { compose, containersOf } from './engine.ts'

/** The command that inspects a container from the inside. */
const inside = 'cat /proc/self/status; touch /fondasi-was-here 2>/dev/null && echo writable; true'

/**
 * Inspects a running service's container: no root user, no capabilities, no way to gain privileges, a read-only root file
 * system, limits.
 * @returns the problems found
 */
export async function hardeningProblems(service: string): Promise<string[]> {
  const [container] = await containersOf(service)
  if (!container) return [`${service} is not running`]
  const status = await compose('exec', '-T', service, 'sh', '-c', inside)
  const value = (name: string) => new RegExp(`^${name}:\\s*(\\S+)`, 'm').exec(status)?.[1] ?? ''
  const { HostConfig: host } = container
  const wrong = {
    'runs as root': value('Uid') === '0',
    'has capabilities': /[1-9a-f]/.test(`${value('CapEff')}${value('CapPrm')}`),
    'may gain privileges': value('NoNewPrivs') !== '1',
    'can write its root file system': !host.ReadonlyRootfs || status.includes('writable'),
    'is privileged': host.Privileged,
    'has no memory limit': host.Memory === 0,
    'has no limit of processes': (host.PidsLimit ?? 0) <= 0,
  }
  return Object.entries(wrong)
    .filter(([, is]) => is)
    .map(([what]) => `${service} ${what}`)
}

/** The peak memory use of a service's container since its start, and its limit, in MiB. */
export async function memoryPeak(service: string): Promise<{ peakMib: number; limitMib: number }> {
  const [container] = await containersOf(service)
  // The files of control groups version 2 and version 1.
  const files = '/sys/fs/cgroup/memory.peak /sys/fs/cgroup/memory/memory.max_usage_in_bytes'
  const text = await compose('exec', '-T', service, 'sh', '-c', `cat ${files} 2>/dev/null; true`)
  const mib = (bytes: number) => Math.round(bytes / 1024 / 1024)
  return { peakMib: mib(Number.parseInt(text, 10)), limitMib: mib(container?.HostConfig.Memory ?? 0) }
}
