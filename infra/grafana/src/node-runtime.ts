import type { PanelSpec } from './panel.ts'

export const nodeRuntimePanels: readonly PanelSpec[] = [
  {
    title: 'Event loop lag, p99',
    description: 'How late a timer fires. Every request waits that much longer; at 1 s load is shed.',
    unit: 's',
    queries: [
      {
        expr: 'max by (service, instance) (nodejs_eventloop_lag_p99_seconds)',
        legend: '{{service}} {{instance}}',
      },
    ],
    alerts: ['EventLoopLag'],
  },
  {
    title: 'CPU',
    description: 'Cores in use. JavaScript takes one at most; hashing takes more.',
    unit: 'short',
    queries: [
      {
        expr: 'sum by (service, instance) (rate(process_cpu_seconds_total{service!=""}[5m]))',
        legend: '{{service}} {{instance}}',
      },
    ],
    alerts: ['EventLoopLag'],
  },
  {
    title: 'Memory of the process',
    description: 'What the container’s limit is about.',
    unit: 'bytes',
    queries: [
      {
        expr: 'sum by (service, instance) (process_resident_memory_bytes{service!=""})',
        legend: '{{service}} {{instance}}',
      },
    ],
  },
  {
    title: 'JavaScript heap in use',
    description: 'A saw tooth. One whose feet rise for hours is a leak.',
    unit: 'bytes',
    queries: [
      {
        expr: 'sum by (service, instance) (nodejs_heap_size_used_bytes)',
        legend: '{{service}} {{instance}}',
      },
    ],
  },
  {
    title: 'Garbage collection',
    description: 'Share of time. Above a tenth the heap is too small for the work.',
    unit: 'percentunit',
    queries: [
      {
        expr: 'sum by (service, instance) (rate(nodejs_gc_duration_seconds_sum[5m]))',
        legend: '{{service}} {{instance}}',
      },
    ],
  },
  {
    title: 'Process age',
    description: 'It falls to 0 at a restart.',
    unit: 's',
    queries: [
      {
        expr: 'time() - max by (service, instance) (process_start_time_seconds{service!=""})',
        legend: '{{service}} {{instance}}',
      },
    ],
  },
]
