import { createRateCounter, createRateLimiter, problemResponses, type Service } from '@fondasi/service'
import type { FeatureDeps } from '../../app.ts'
import { aborted } from '../passwords/request-signal.ts'
import { requestInfo } from '../events/request-info.ts'
import { accepted, emailBody, registerBody, user, verifyBody } from './schemas.ts'
import { mailLimits } from '../mail/mail-limits.ts'

/** The one answer to registering and asking again, whatever the address is. */
const acceptedAnswer = { message: 'If the address can be used, a mail is on its way.' }
