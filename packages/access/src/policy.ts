import type { Principal } from './principal.ts'

/** Decides what a principal may do. Where it takes its knowledge from is its own affair. */
export interface Policy {
  /** @param permission `resource:action` */
  allows(principal: Principal, permission: string): boolean
}

/** Role → permissions. A `*` stands for a whole segment. */
export type RoleTable = Readonly<Record<string, readonly string[]>>

/**
 * A policy from a table in code: a user may do what the roles in the token allow, a service what its token's scope
 * names. For an app that runs without the audit service.
 */
export function staticPolicy(roles: RoleTable): Policy {
  return {
    allows(principal, permission) {
      const granted =
        principal.kind === 'service'
          ? principal.scope
          : principal.roles.flatMap((role) => (Object.hasOwn(roles, role) ? (roles[role] ?? []) : []))
      return granted.some((pattern) => covers(pattern, permission))
    },
  }
}

function covers(pattern: string, permission: string): boolean {
  const [resource, action] = pattern.split(':')
  const [wantedResource, wantedAction] = permission.split(':')
  return (resource === '*' || resource === wantedResource) && (action === '*' || action === wantedAction)
}
