import { compose, containersOf } from './engine.ts'

/** What a container looks like from the inside. */
const inside = 'cat /proc/self/status; touch /fondasi-was-here 2>/dev/null && echo writable; true'

/**
 * Looks into a running service's containers: not root, no capability, nothing to gain, a root file system that
 * cannot be written, limits.
 * @returns what is wrong; empty is good
 */
export async function hardeningProblems(service: string): Promise<string[]> {
  const [container] = await containersOf(service)
  if (!container) return [`${service}: does not run`]
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

/** The most memory that a service's container has used since it started, in MiB, and its limit. */
export async function memoryPeak(service: string): Promise<{ peakMib: number; limitMib: number }> {
  const [container] = await containersOf(service)
  // Of control groups version 2, or of version 1.
  const files = '/sys/fs/cgroup/memory.peak /sys/fs/cgroup/memory/memory.max_usage_in_bytes'
  const text = await compose('exec', '-T', service, 'sh', '-c', `cat ${files} 2>/dev/null; true`)
  const mib = (bytes: number) => Math.round(bytes / 1024 / 1024)
  return { peakMib: mib(Number.parseInt(text, 10)), limitMib: mib(container?.HostConfig.Memory ?? 0) }
}
