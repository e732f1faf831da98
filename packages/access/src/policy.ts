import type { Principal } from './principal.ts'

/** Decides what a principal may do. */
export interface Policy {
  /** @param permission `resource:action` */
  allows(principal: Principal, permission: string): boolean
}

/** Role → permissions. A `*` matches any resource or any action. */
export type RoleTable = Readonly<Record<string, readonly string[]>>

/**
 * A policy from a table in code. A user may do what the roles in the token allow; a service may do what its token's scope
 * lists.
 */
export function staticPolicy(roles: RoleTable): Policy {
  return {
    allows(principal, permission) {
      const granted =
        principal.kind === 'service'
          ? principal.scope
          : principal.roles.flatMap((role) => (Object.hasOwn(roles, role) ? (roles[role] ?? []) : []))
      return granted.some((pattern) => matches(pattern, permission))
    },
  }
}

function matches(pattern: string, permission: string): boolean {
  const [grantedResource, grantedAction] = pattern.split(':')
  const [resource, action] = permission.split(':')
  return (
    (grantedResource === '*' || grantedResource === resource) &&
    (grantedAction === '*' || grantedAction === action)
  )
}
