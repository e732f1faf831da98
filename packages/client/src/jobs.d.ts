// npm run generate writes this file from the openapi.json of the service.

export interface paths {
    "/v1/jobs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List jobs, newest first */
        get: operations["listJobs"];
        put?: never;
        /**
         * Enqueue a job
         * @description The API responds when the database has the job. The job then reaches a final state, whatever fails.
         */
        post: operations["enqueueJob"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/jobs/batch": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Enqueue up to 1,000 jobs, all or none */
        post: operations["enqueueJobs"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/jobs/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Read a job with its runs that did not succeed */
        get: operations["getJob"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/jobs/{id}/cancel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Cancel a job that has not ended
         * @description A run in progress is aborted. Cancelling does not undo what the run has already done.
         */
        post: operations["cancelJob"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/jobs/{id}/release": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Release a job that was set aside
         * @description Fix the cause first: `setAside.reason` of the job names it.
         */
        post: operations["releaseJob"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/jobs/{id}/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Follow a job as server-sent events
         * @description Sends the present state at once, and then every change; the server looks once a second. The stream ends after the final state, when the token expires or is revoked, and when the server shuts down. If it ended before the final state, reconnect with `Last-Event-ID`.
         */
        get: operations["followJob"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/jobs/{id}/result": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Download the result of a job */
        get: operations["getJobResult"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/dead": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List dead letters, newest first */
        get: operations["listDeadLetters"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/dead/groups": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Group the open dead letters by probable cause */
        get: operations["groupDeadLetters"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/dead/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Read a dead letter with its stack */
        get: operations["getDeadLetter"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/dead/{id}/redrive": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Redrive a dead letter as a new job
         * @description The new job has its own attempts. It repeats no effect of the old one, unless you send `forceEffects`.
         */
        post: operations["redriveDeadLetter"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/dead/redrives": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Redrive many dead letters, oldest first */
        post: operations["redriveDeadLetters"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/dead/{id}/discard": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Close a dead letter without a new job */
        post: operations["discardDeadLetter"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/dead/discards": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Close many dead letters without new jobs, oldest first */
        post: operations["discardDeadLetters"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/queues": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the queues with the numbers of their jobs */
        get: operations["listQueues"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/queues/{queue}/pause": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Pause a queue
         * @description No process starts jobs of this queue until you resume it. Runs in progress continue.
         */
        post: operations["pauseQueue"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/queues/{queue}/resume": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Resume a queue */
        post: operations["resumeQueue"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/webhook-endpoints": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the endpoints to which webhooks are sent */
        get: operations["listWebhookEndpoints"];
        put?: never;
        /**
         * Add an endpoint for webhooks
         * @description Deliveries follow Standard Webhooks. The response has the secret that verifies their signatures. A request with the same Idempotency-Key returns the endpoint again, or 404 if it was deleted.
         */
        post: operations["createWebhookEndpoint"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/webhook-endpoints/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Read an endpoint */
        get: operations["getWebhookEndpoint"];
        put?: never;
        post?: never;
        /** Delete an endpoint */
        delete: operations["deleteWebhookEndpoint"];
        options?: never;
        head?: never;
        /**
         * Change, disable or enable an endpoint
         * @description While an endpoint is disabled, its deliveries become dead letters. Enabling it returns how many there are, and the filter that redrives them.
         */
        patch: operations["updateWebhookEndpoint"];
        trace?: never;
    };
    "/v1/webhook-endpoints/{id}/rotate-secret": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Give an endpoint a new secret
         * @description For a day, deliveries are signed with the new and the old secret, so that the receiver can switch.
         */
        post: operations["rotateWebhookSecret"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/webhook-endpoints/{id}/test": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Send a test event to an endpoint
         * @description The event has the type `webhook.test`. The result of the job shows how the endpoint responded.
         */
        post: operations["testWebhookEndpoint"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/unsubscribe/{token}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Show a page with a button to unsubscribe
         * @description Opening the link changes nothing, because mail scanners open links. The button sends the POST.
         */
        get: operations["showUnsubscribe"];
        put?: never;
        /** Unsubscribe an address from digests (RFC 8058) */
        post: operations["unsubscribe"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/inbox/{source}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Receive a webhook
         * @description Standard Webhooks for the source `standard`, Midtrans style notifications for `midtrans`. A repeated event makes no second job.
         */
        post: operations["receiveWebhook"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/schedules": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List schedules */
        get: operations["listSchedules"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/schedules/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Read a schedule and its newest slots */
        get: operations["getSchedule"];
        /**
         * Create or replace a schedule; you choose its id
         * @description A fixed time runs once a day, also when clocks change. An interval (`*` in minutes or hours, or `everySeconds`) keeps real time. A slot gets no job while the previous job of the schedule has not ended. After an outage, only the newest missed slot gets a job.
         */
        put: operations["putSchedule"];
        post?: never;
        /** Delete a schedule; its jobs stay */
        delete: operations["deleteSchedule"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/images": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Upload an image for `image.thumbnail` jobs
         * @description Then enqueue one `image.thumbnail` job for each size, with the id of the image. The result of a job is a file.
         */
        post: operations["uploadImage"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        DeadGroup: {
            /** @example mail.send */
            kind: string;
            /**
             * @example exhausted
             * @enum {string}
             */
            reason: "exhausted" | "non_retryable" | "invalid_payload" | "unknown_kind" | "timeout" | "poison" | "ambiguous_effect" | "expired" | "blocked_target" | "endpoint_disabled";
            /**
             * @description Equal for dead letters that probably have one cause
             * @example 9f86d081884c7d65
             */
            fingerprint: string;
            /** @example Error */
            errorClass: string | null;
            /** @example connect ECONNREFUSED 127.0.0.1:25 */
            message: string | null;
            /** @example 120 */
            count: number;
            /** @example 2026-11-21T09:30:00.000Z */
            firstDiedAt: string;
            /** @example 2026-11-21T10:00:00.000Z */
            lastDiedAt: string;
        };
        DeadLetter: {
            /**
             * Format: uuid
             * @example 01936f0e-8a3c-7cc2-9d1e-2b7d3e5f6a70
             */
            id: string;
            /**
             * Format: uuid
             * @example 01936f0e-8a3c-7cc2-9d1e-2b7d3e5f6a70
             */
            jobId: string;
            /** @example mail.send */
            kind: string;
            /** @example mail */
            queue: string;
            /**
             * @example exhausted
             * @enum {string}
             */
            reason: "exhausted" | "non_retryable" | "invalid_payload" | "unknown_kind" | "timeout" | "poison" | "ambiguous_effect" | "expired" | "blocked_target" | "endpoint_disabled";
            /** @example Error */
            errorClass: string | null;
            /** @example connect ECONNREFUSED 127.0.0.1:25 */
            message: string | null;
            /**
             * @description Equal for dead letters that probably have one cause
             * @example 9f86d081884c7d65
             */
            fingerprint: string;
            /**
             * Format: date-time
             * @example 2026-11-21T09:30:00.000Z
             */
            firstFailedAt: string;
            /**
             * Format: date-time
             * @example 2026-11-21T09:30:00.000Z
             */
            diedAt: string;
            /**
             * @example open
             * @enum {string}
             */
            status: "open" | "redriven" | "discarded";
            /** @description The job that replaces it */
            redrivenJobId: string | null;
            /**
             * @description Who redrove or discarded it
             * @example null
             */
            resolvedBy: string | null;
            resolvedAt: string | null;
            /** @example null */
            note: string | null;
        };
        DeadLetterDetails: {
            /**
             * Format: uuid
             * @example 01936f0e-8a3c-7cc2-9d1e-2b7d3e5f6a70
             */
            id: string;
            /**
             * Format: uuid
             * @example 01936f0e-8a3c-7cc2-9d1e-2b7d3e5f6a70
             */
            jobId: string;
            /** @example mail.send */
            kind: string;
            /** @example mail */
            queue: string;
            /**
             * @example exhausted
             * @enum {string}
             */
            reason: "exhausted" | "non_retryable" | "invalid_payload" | "unknown_kind" | "timeout" | "poison" | "ambiguous_effect" | "expired" | "blocked_target" | "endpoint_disabled";
            /** @example Error */
            errorClass: string | null;
            /** @example connect ECONNREFUSED 127.0.0.1:25 */
            message: string | null;
            /**
             * @description Equal for dead letters that probably have one cause
             * @example 9f86d081884c7d65
             */
            fingerprint: string;
            /**
             * Format: date-time
             * @example 2026-11-21T09:30:00.000Z
             */
            firstFailedAt: string;
            /**
             * Format: date-time
             * @example 2026-11-21T09:30:00.000Z
             */
            diedAt: string;
            /**
             * @example open
             * @enum {string}
             */
            status: "open" | "redriven" | "discarded";
            /** @description The job that replaces it */
            redrivenJobId: string | null;
            /**
             * @description Who redrove or discarded it
             * @example null
             */
            resolvedBy: string | null;
            resolvedAt: string | null;
            /** @example null */
            note: string | null;
            /**
             * @description With the chain of causes
             * @example Error: connect ECONNREFUSED
             *         at …
             */
            stack: string | null;
            /** @example host:42:a1b2c3d4 */
            worker: string;
            /** @example 0.1.0 */
            release: string;
        };
        Image: {
            /**
             * Format: uuid
             * @description Send it as `imageId` in the payload of an `image.thumbnail` job
             * @example 01936f0e-8a3c-7cc2-9d1e-2b7d3e5f6a70
             */
            id: string;
            /**
             * @example image/jpeg
             * @enum {string}
             */
            contentType: "image/jpeg" | "image/png" | "image/webp";
            /** @example 2481203 */
            bytes: number;
            /**
             * Format: date-time
             * @example 2026-11-21T09:30:00.000Z
             */
            expiresAt: string;
        };
        Job: {
            /**
             * Format: uuid
             * @example 01936f0e-8a3c-7cc2-9d1e-2b7d3e5f6a70
             */
            id: string;
            /** @example mail.send */
            kind: string;
            /** @example mail */
            queue: string;
            /**
             * @description `pending`: waits in the ledger; `dispatching`: on its way to the queue; `queued`: in the queue, also while it runs; the others are final
             * @example queued
             * @enum {string}
             */
            state: "pending" | "dispatching" | "queued" | "done" | "dead" | "cancelled";
            /** @description Whether a worker died while it ran the job */
            inQuarantine: boolean;
            /** @example 0 */
            priority: number;
            /** @example 1 */
            failedAttempts: number;
            /**
             * Format: date-time
             * @description When the next run is due
             * @example 2026-11-21T09:30:00.000Z
             */
            runAt: string;
            /**
             * Format: date-time
             * @example 2026-11-21T09:30:00.000Z
             */
            createdAt: string;
            finishedAt: string | null;
            /**
             * @example {
             *       "messageId": "<welcome@example.com>"
             *     }
             */
            result: unknown | null;
            /**
             * Format: uuid
             * @description The first job of a chain of redrives
             * @example 01936f0e-8a3c-7cc2-9d1e-2b7d3e5f6a70
             */
            rootId: string;
            /** @description The dead letter that this job redrives */
            redrivenFrom: string | null;
        };
        JobDetails: {
            /**
             * Format: uuid
             * @example 01936f0e-8a3c-7cc2-9d1e-2b7d3e5f6a70
             */
            id: string;
            /** @example mail.send */
            kind: string;
            /** @example mail */
            queue: string;
            /**
             * @description `pending`: waits in the ledger; `dispatching`: on its way to the queue; `queued`: in the queue, also while it runs; the others are final
             * @example queued
             * @enum {string}
             */
            state: "pending" | "dispatching" | "queued" | "done" | "dead" | "cancelled";
            /** @description Whether a worker died while it ran the job */
            inQuarantine: boolean;
            /** @example 0 */
            priority: number;
            /** @example 1 */
            failedAttempts: number;
            /**
             * Format: date-time
             * @description When the next run is due
             * @example 2026-11-21T09:30:00.000Z
             */
            runAt: string;
            /**
             * Format: date-time
             * @example 2026-11-21T09:30:00.000Z
             */
            createdAt: string;
            finishedAt: string | null;
            /**
             * @example {
             *       "messageId": "<welcome@example.com>"
             *     }
             */
            result: unknown | null;
            /**
             * Format: uuid
             * @description The first job of a chain of redrives
             * @example 01936f0e-8a3c-7cc2-9d1e-2b7d3e5f6a70
             */
            rootId: string;
            /** @description The dead letter that this job redrives */
            redrivenFrom: string | null;
            /**
             * @description At most 64 KiB of JSON that matches the schema of the kind
             * @example {
             *       "to": "sari@example.com",
             *       "template": "digest",
             *       "values": {
             *         "title": "News",
             *         "items": [
             *           {
             *             "title": "Jobs",
             *             "url": "https://shop.example/jobs"
             *           }
             *         ]
             *       }
             *     }
             */
            payload: unknown;
            /**
             * @description What a queued job does; null if it is not queued, or if Redis cannot be asked
             * @example active
             */
            activity: ("waiting" | "active" | "delayed" | "retrying") | null;
            /**
             * @description 0 to 100, as the handler reports it
             * @example 40
             */
            progress: number | null;
            /**
             * @description Why the job waits until a person releases it
             * @example {
             *       "step": "claim",
             *       "reason": "violates check constraint \"job_state\"",
             *       "at": "2026-11-21T09:30:00.000Z"
             *     }
             */
            setAside: {
                step: string;
                reason: string;
                /**
                 * Format: date-time
                 * @example 2026-11-21T09:30:00.000Z
                 */
                at: string;
            } | null;
            /**
             * @description The last 100 runs that did not succeed, oldest first
             * @example [
             *       {
             *         "startedAt": "2026-11-21T09:30:00.000Z",
             *         "endedAt": "2026-11-21T09:30:01.000Z",
             *         "outcome": "failed",
             *         "errorClass": "Error",
             *         "message": "connection refused",
             *         "stack": "Error: connection refused\n    at send (mail.ts:10:5)",
             *         "worker": "host:42:a1b2c3d4",
             *         "release": "0.1.0",
             *         "retryAt": "2026-11-21T09:30:03.000Z"
             *       }
             *     ]
             */
            runs: {
                /**
                 * Format: date-time
                 * @example 2026-11-21T09:30:00.000Z
                 */
                startedAt: string;
                /**
                 * Format: date-time
                 * @example 2026-11-21T09:30:00.000Z
                 */
                endedAt: string;
                /** @enum {string} */
                outcome: "failed" | "timeout" | "snoozed" | "rate_limited" | "interrupted" | "stalled" | "crashed" | "cancelled";
                errorClass: string | null;
                message: string | null;
                stack: string | null;
                worker: string;
                release: string;
                retryAt: string | null;
            }[];
        };
        /**
         * @example {
         *       "kind": "mail.send",
         *       "payload": {
         *         "to": "sari@example.com",
         *         "template": "digest",
         *         "values": {
         *           "title": "News",
         *           "items": [
         *             {
         *               "title": "Jobs",
         *               "url": "https://shop.example/jobs"
         *             }
         *           ]
         *         }
         *       }
         *     }
         */
        NewJobInput: {
            /** @example mail.send */
            kind: string;
            /**
             * @description At most 64 KiB of JSON that matches the schema of the kind
             * @example {
             *       "to": "sari@example.com",
             *       "template": "digest",
             *       "values": {
             *         "title": "News",
             *         "items": [
             *           {
             *             "title": "Jobs",
             *             "url": "https://shop.example/jobs"
             *           }
             *         ]
             *       }
             *     }
             */
            payload: unknown;
            /**
             * @description 0 and 1 come first; a larger number comes later
             * @default 0
             */
            priority?: number;
            /**
             * @description How long to wait before the first run
             * @default 0
             */
            delaySeconds?: number;
            /** @description If no run has started this long after the delay, the job is dead (`expired`) */
            startWithinSeconds?: number;
            /** @description Encrypted, shown by no route, and wiped when the job no longer needs it */
            secret?: {
                [key: string]: string;
            };
        };
        /**
         * @description Problem details (RFC 9457). `code` is stable; `title` and `detail` may change.
         * @example {
         *       "type": "urn:problem:auth:validation_failed",
         *       "title": "The request does not match its schema",
         *       "status": 400,
         *       "detail": "1 field is not valid in the body; see `errors`",
         *       "instance": "/v1/register",
         *       "code": "validation_failed",
         *       "errors": [
         *         {
         *           "pointer": "/body/email",
         *           "code": "invalid_format",
         *           "detail": "must be an e-mail address"
         *         }
         *       ],
         *       "requestId": "0b7f6a52-3c1d-4a8e-9a57-2f8f2f9b1c11"
         *     }
         */
        Problem: {
            type: string;
            title: string;
            status: number;
            detail?: string;
            instance: string;
            code: string;
            errors?: {
                pointer: string;
                code: string;
                detail: string;
            }[];
            requestId: string;
        };
        Queue: {
            /** @example mail */
            name: string;
            /** @example null */
            paused: {
                /**
                 * Format: date-time
                 * @example 2026-11-21T09:30:00.000Z
                 */
                at: string;
                by: string | null;
                reason: string | null;
            } | null;
            /**
             * @description null when Redis does not answer
             * @example {
             *       "waiting": 12,
             *       "active": 10,
             *       "delayed": 3
             *     }
             */
            counts: {
                waiting: number;
                active: number;
                delayed: number;
            } | null;
            /**
             * @description null when Redis does not answer
             * @example {
             *       "waiting": 12,
             *       "active": 10,
             *       "delayed": 3
             *     }
             */
            quarantined: {
                waiting: number;
                active: number;
                delayed: number;
            } | null;
        };
        RedriveResult: {
            /**
             * @description Open dead letters that matched before the redrive
             * @example 120
             */
            matching: number;
            /** @example 100 */
            redriven: number;
            /**
             * @description These stay open
             * @example []
             */
            skipped: {
                /**
                 * Format: uuid
                 * @example 01936f0e-8a3c-7cc2-9d1e-2b7d3e5f6a70
                 */
                id: string;
                /** @enum {string} */
                reason: "closed" | "too_often" | "unknown_kind" | "invalid_payload";
            }[];
        };
        Schedule: {
            /**
             * Format: uuid
             * @example 01936f0e-8a3c-7cc2-9d1e-2b7d3e5f6a70
             */
            id: string;
            /** @example report.create */
            kind: string;
            /**
             * @description The payload of each job
             * @example {
             *       "format": "csv",
             *       "source": "jobs"
             *     }
             */
            payload: unknown;
            /**
             * @default false
             * @example false
             */
            paused: boolean;
            /** @example 0 8 * * 1-5 */
            cron: string | null;
            /** @example null */
            everySeconds: number | null;
            /** @example Asia/Jakarta */
            timeZone: string;
            /**
             * Format: date-time
             * @example 2026-11-21T09:30:00.000Z
             */
            nextSlot: string;
            /**
             * Format: date-time
             * @example 2026-11-21T09:30:00.000Z
             */
            createdAt: string;
        };
        ScheduleWithSlots: {
            /**
             * Format: uuid
             * @example 01936f0e-8a3c-7cc2-9d1e-2b7d3e5f6a70
             */
            id: string;
            /** @example report.create */
            kind: string;
            /**
             * @description The payload of each job
             * @example {
             *       "format": "csv",
             *       "source": "jobs"
             *     }
             */
            payload: unknown;
            /**
             * @default false
             * @example false
             */
            paused: boolean;
            /** @example 0 8 * * 1-5 */
            cron: string | null;
            /** @example null */
            everySeconds: number | null;
            /** @example Asia/Jakarta */
            timeZone: string;
            /**
             * Format: date-time
             * @example 2026-11-21T09:30:00.000Z
             */
            nextSlot: string;
            /**
             * Format: date-time
             * @example 2026-11-21T09:30:00.000Z
             */
            createdAt: string;
            /** @description The newest 20, newest first */
            recentSlots: {
                /**
                 * Format: date-time
                 * @example 2026-11-21T09:30:00.000Z
                 */
                slot: string;
                /** @description null if the previous job had not ended */
                jobId: string | null;
                /** @description The first of the missed slots before this one */
                missedFrom: string | null;
                /** @example 0 */
                missedCount: number;
            }[];
        };
        WebhookEndpoint: {
            /**
             * Format: uuid
             * @example 01936f0e-8a3c-7cc2-9d1e-2b7d3e5f6a70
             */
            id: string;
            /** @example https://shop.example/webhooks */
            url: string;
            /**
             * @example [
             *       "order.paid"
             *     ]
             */
            events: string[];
            /** @enum {string} */
            state: "enabled" | "disabled";
            /**
             * @description `gone` (it returned 410), `failing` (for five days) or `by_hand`
             * @example null
             */
            disabledReason: string | null;
            disabledAt: string | null;
            /** @description Since when every delivery has failed */
            failingSince: string | null;
            rotatedAt: string | null;
            /**
             * Format: date-time
             * @example 2026-11-21T09:30:00.000Z
             */
            createdAt: string;
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    listJobs: {
        parameters: {
            query?: {
                limit?: number;
                /** @description The value of `page.next` or `page.prev` in an earlier response */
                cursor?: string;
                kind?: string;
                state?: "pending" | "dispatching" | "queued" | "done" | "dead" | "cancelled";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Job"][];
                        /**
                         * @example {
                         *       "next": "WyIyMDI2LTExLTIxIl0.k3VwQ0h6",
                         *       "prev": null
                         *     }
                         */
                        page: {
                            next: string | null;
                            prev: string | null;
                        };
                    };
                };
            };
            /** @description The request does not match its schema, or a value in it is not valid */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request has no valid credentials */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The credentials do not permit this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; wait for `Retry-After` seconds */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    enqueueJob: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key and body return the same resources in their present state, with `Idempotent-Replayed: true` */
                "idempotency-key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewJobInput"];
            };
        };
        responses: {
            /** @description Default Response */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Job"];
                };
            };
            /** @description The request does not match its schema, or a value in it is not valid */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request has no valid credentials */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The credentials do not permit this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request conflicts with the current state */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description This route does not accept the type or the encoding of the body */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request is well-formed, but cannot be carried out */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; wait for `Retry-After` seconds */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    enqueueJobs: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key and body return the same resources in their present state, with `Idempotent-Replayed: true` */
                "idempotency-key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description All of them are enqueued, or none */
                    jobs: components["schemas"]["NewJobInput"][];
                };
            };
        };
        responses: {
            /** @description Default Response */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Job"][];
                    };
                };
            };
            /** @description The request does not match its schema, or a value in it is not valid */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request has no valid credentials */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The credentials do not permit this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request conflicts with the current state */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description This route does not accept the type or the encoding of the body */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request is well-formed, but cannot be carried out */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; wait for `Retry-After` seconds */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getJob: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["JobDetails"];
                };
            };
            /** @description The request does not match its schema, or a value in it is not valid */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request has no valid credentials */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The credentials do not permit this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It does not exist, or you may not see it */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; wait for `Retry-After` seconds */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    cancelJob: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Job"];
                };
            };
            /** @description The request does not match its schema, or a value in it is not valid */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request has no valid credentials */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The credentials do not permit this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It does not exist, or you may not see it */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request conflicts with the current state */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; wait for `Retry-After` seconds */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    releaseJob: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Job"];
                };
            };
            /** @description The request does not match its schema, or a value in it is not valid */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request has no valid credentials */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The credentials do not permit this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It does not exist, or you may not see it */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request conflicts with the current state */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; wait for `Retry-After` seconds */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    followJob: {
        parameters: {
            query?: never;
            header?: {
                /** @description The `id` of the last event that you have received */
                "last-event-id"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The events */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/event-stream": string;
                };
            };
            /** @description The request does not match its schema, or a value in it is not valid */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request has no valid credentials */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The credentials do not permit this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It does not exist, or you may not see it */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; wait for `Retry-After` seconds */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Temporarily unavailable; wait for `Retry-After` seconds */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getJobResult: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The result */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/octet-stream": string;
                    "application/json": unknown;
                };
            };
            /** @description The request does not match its schema, or a value in it is not valid */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request has no valid credentials */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The credentials do not permit this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It does not exist, or you may not see it */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request conflicts with the current state */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It existed, but is gone for good */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; wait for `Retry-After` seconds */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listDeadLetters: {
        parameters: {
            query?: {
                limit?: number;
                /** @description The value of `page.next` or `page.prev` in an earlier response */
                cursor?: string;
                kind?: string;
                reason?: "exhausted" | "non_retryable" | "invalid_payload" | "unknown_kind" | "timeout" | "poison" | "ambiguous_effect" | "expired" | "blocked_target" | "endpoint_disabled";
                /** @description Equal for dead letters that probably have one cause */
                fingerprint?: string;
                status?: "open" | "redriven" | "discarded";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["DeadLetter"][];
                        /**
                         * @example {
                         *       "next": "WyIyMDI2LTExLTIxIl0.k3VwQ0h6",
                         *       "prev": null
                         *     }
                         */
                        page: {
                            next: string | null;
                            prev: string | null;
                        };
                    };
                };
            };
            /** @description The request does not match its schema, or a value in it is not valid */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request has no valid credentials */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The credentials do not permit this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; wait for `Retry-After` seconds */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    groupDeadLetters: {
        parameters: {
            query?: {
                kind?: string;
                reason?: "exhausted" | "non_retryable" | "invalid_payload" | "unknown_kind" | "timeout" | "poison" | "ambiguous_effect" | "expired" | "blocked_target" | "endpoint_disabled";
                /** @description Equal for dead letters that probably have one cause */
                fingerprint?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["DeadGroup"][];
                    };
                };
            };
            /** @description The request does not match its schema, or a value in it is not valid */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request has no valid credentials */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The credentials do not permit this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; wait for `Retry-After` seconds */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getDeadLetter: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DeadLetterDetails"];
                };
            };
            /** @description The request does not match its schema, or a value in it is not valid */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request has no valid credentials */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The credentials do not permit this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It does not exist, or you may not see it */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; wait for `Retry-After` seconds */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    redriveDeadLetter: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    payload?: unknown;
                    /**
                     * @description How long to wait before the first run
                     * @default 0
                     */
                    delaySeconds?: number;
                    /**
                     * @description Repeats what earlier runs have done, such as sending a mail
                     * @default false
                     */
                    forceEffects?: boolean;
                    /**
                     * @description Redrives a job that was already redriven three times
                     * @default false
                     */
                    force?: boolean;
                };
            };
        };
        responses: {
            /** @description Default Response */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Job"];
                };
            };
            /** @description The request does not match its schema, or a value in it is not valid */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request has no valid credentials */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The credentials do not permit this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It does not exist, or you may not see it */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request conflicts with the current state */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description This route does not accept the type or the encoding of the body */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request is well-formed, but cannot be carried out */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; wait for `Retry-After` seconds */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    redriveDeadLetters: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    ids?: string[];
                    /**
                     * @description All open dead letters that match; `{}` is all
                     * @example {}
                     */
                    filter?: {
                        /** @example mail.send */
                        kind?: string;
                        /**
                         * @example exhausted
                         * @enum {string}
                         */
                        reason?: "exhausted" | "non_retryable" | "invalid_payload" | "unknown_kind" | "timeout" | "poison" | "ambiguous_effect" | "expired" | "blocked_target" | "endpoint_disabled";
                        /**
                         * @description Equal for dead letters that probably have one cause
                         * @example 9f86d081884c7d65
                         */
                        fingerprint?: string;
                        /**
                         * @description Values that the payload must contain
                         * @example {
                         *       "to": "budi@example.com"
                         *     }
                         */
                        payload?: {
                            [key: string]: unknown;
                        };
                    };
                    /**
                     * @description The oldest come first
                     * @default 1000
                     */
                    max?: number;
                    /**
                     * @description Only counts the matching dead letters
                     * @default false
                     */
                    dryRun?: boolean;
                };
            };
        };
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RedriveResult"];
                };
            };
            /** @description The request does not match its schema, or a value in it is not valid */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request has no valid credentials */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The credentials do not permit this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description This route does not accept the type or the encoding of the body */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; wait for `Retry-After` seconds */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    discardDeadLetter: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /**
                     * @description Why
                     * @example The customer has left
                     */
                    note?: string;
                };
            };
        };
        responses: {
            /** @description Discarded */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The request does not match its schema, or a value in it is not valid */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request has no valid credentials */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The credentials do not permit this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It does not exist, or you may not see it */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request conflicts with the current state */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description This route does not accept the type or the encoding of the body */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; wait for `Retry-After` seconds */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    discardDeadLetters: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    ids?: string[];
                    /**
                     * @description All open dead letters that match; `{}` is all
                     * @example {}
                     */
                    filter?: {
                        /** @example mail.send */
                        kind?: string;
                        /**
                         * @example exhausted
                         * @enum {string}
                         */
                        reason?: "exhausted" | "non_retryable" | "invalid_payload" | "unknown_kind" | "timeout" | "poison" | "ambiguous_effect" | "expired" | "blocked_target" | "endpoint_disabled";
                        /**
                         * @description Equal for dead letters that probably have one cause
                         * @example 9f86d081884c7d65
                         */
                        fingerprint?: string;
                        /**
                         * @description Values that the payload must contain
                         * @example {
                         *       "to": "budi@example.com"
                         *     }
                         */
                        payload?: {
                            [key: string]: unknown;
                        };
                    };
                    /**
                     * @description The oldest come first
                     * @default 1000
                     */
                    max?: number;
                    /**
                     * @description Why
                     * @example The customer has left
                     */
                    note?: string;
                };
            };
        };
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @example 40 */
                        discarded: number;
                    };
                };
            };
            /** @description The request does not match its schema, or a value in it is not valid */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request has no valid credentials */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The credentials do not permit this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description This route does not accept the type or the encoding of the body */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; wait for `Retry-After` seconds */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listQueues: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Queue"][];
                    };
                };
            };
            /** @description The request has no valid credentials */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The credentials do not permit this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; wait for `Retry-After` seconds */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    pauseQueue: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                queue: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @example The mail server is down */
                    reason?: string;
                };
            };
        };
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Queue"];
                };
            };
            /** @description The request does not match its schema, or a value in it is not valid */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request has no valid credentials */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The credentials do not permit this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It does not exist, or you may not see it */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description This route does not accept the type or the encoding of the body */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; wait for `Retry-After` seconds */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    resumeQueue: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                queue: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Queue"];
                };
            };
            /** @description The request does not match its schema, or a value in it is not valid */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request has no valid credentials */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The credentials do not permit this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It does not exist, or you may not see it */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; wait for `Retry-After` seconds */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listWebhookEndpoints: {
        parameters: {
            query?: {
                limit?: number;
                /** @description The value of `page.next` or `page.prev` in an earlier response */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["WebhookEndpoint"][];
                        /**
                         * @example {
                         *       "next": "WyIyMDI2LTExLTIxIl0.k3VwQ0h6",
                         *       "prev": null
                         *     }
                         */
                        page: {
                            next: string | null;
                            prev: string | null;
                        };
                    };
                };
            };
            /** @description The request does not match its schema, or a value in it is not valid */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request has no valid credentials */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The credentials do not permit this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; wait for `Retry-After` seconds */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    createWebhookEndpoint: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key and body return the same resources in their present state, with `Idempotent-Replayed: true` */
                "idempotency-key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @example https://shop.example/webhooks */
                    url: string;
                    /**
                     * @description The types of events to send there
                     * @example [
                     *       "order.paid"
                     *     ]
                     */
                    events: string[];
                };
            };
        };
        responses: {
            /** @description Default Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /**
                         * Format: uuid
                         * @example 01936f0e-8a3c-7cc2-9d1e-2b7d3e5f6a70
                         */
                        id: string;
                        /** @example https://shop.example/webhooks */
                        url: string;
                        /**
                         * @example [
                         *       "order.paid"
                         *     ]
                         */
                        events: string[];
                        /** @enum {string} */
                        state: "enabled" | "disabled";
                        /**
                         * @description `gone` (it returned 410), `failing` (for five days) or `by_hand`
                         * @example null
                         */
                        disabledReason: string | null;
                        disabledAt: string | null;
                        /** @description Since when every delivery has failed */
                        failingSince: string | null;
                        rotatedAt: string | null;
                        /**
                         * Format: date-time
                         * @example 2026-11-21T09:30:00.000Z
                         */
                        createdAt: string;
                        /**
                         * @description Verifies signatures (Standard Webhooks). Only this response and that of a rotation show it
                         * @example whsec_c2VjcmV0
                         */
                        secret: string;
                    };
                };
            };
            /** @description The request does not match its schema, or a value in it is not valid */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request has no valid credentials */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The credentials do not permit this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It does not exist, or you may not see it */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request conflicts with the current state */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description This route does not accept the type or the encoding of the body */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request is well-formed, but cannot be carried out */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; wait for `Retry-After` seconds */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getWebhookEndpoint: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WebhookEndpoint"];
                };
            };
            /** @description The request does not match its schema, or a value in it is not valid */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request has no valid credentials */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The credentials do not permit this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It does not exist, or you may not see it */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; wait for `Retry-After` seconds */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    deleteWebhookEndpoint: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Deleted */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The request does not match its schema, or a value in it is not valid */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request has no valid credentials */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The credentials do not permit this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It does not exist, or you may not see it */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; wait for `Retry-After` seconds */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    updateWebhookEndpoint: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @example https://shop.example/webhooks */
                    url?: string;
                    /**
                     * @description The types of events to send there
                     * @example [
                     *       "order.paid"
                     *     ]
                     */
                    events?: string[];
                    /** @enum {string} */
                    state?: "enabled" | "disabled";
                };
                "application/merge-patch+json": {
                    /** @example https://shop.example/webhooks */
                    url?: string;
                    /**
                     * @description The types of events to send there
                     * @example [
                     *       "order.paid"
                     *     ]
                     */
                    events?: string[];
                    /** @enum {string} */
                    state?: "enabled" | "disabled";
                };
            };
        };
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /**
                         * Format: uuid
                         * @example 01936f0e-8a3c-7cc2-9d1e-2b7d3e5f6a70
                         */
                        id: string;
                        /** @example https://shop.example/webhooks */
                        url: string;
                        /**
                         * @example [
                         *       "order.paid"
                         *     ]
                         */
                        events: string[];
                        /** @enum {string} */
                        state: "enabled" | "disabled";
                        /**
                         * @description `gone` (it returned 410), `failing` (for five days) or `by_hand`
                         * @example null
                         */
                        disabledReason: string | null;
                        disabledAt: string | null;
                        /** @description Since when every delivery has failed */
                        failingSince: string | null;
                        rotatedAt: string | null;
                        /**
                         * Format: date-time
                         * @example 2026-11-21T09:30:00.000Z
                         */
                        createdAt: string;
                        /**
                         * @description After an endpoint was enabled: how many of its deliveries are dead letters, and the filter for POST /v1/dead/redrives
                         * @example {
                         *       "count": 12,
                         *       "filter": {
                         *         "kind": "webhook.deliver",
                         *         "payload": {
                         *           "endpointId": "01936f0e-8a3c-7cc2-9d1e-2b7d3e5f6a70"
                         *         }
                         *       }
                         *     }
                         */
                        missed: {
                            count: number;
                            filter: {
                                kind: string;
                                payload: {
                                    /**
                                     * Format: uuid
                                     * @example 01936f0e-8a3c-7cc2-9d1e-2b7d3e5f6a70
                                     */
                                    endpointId: string;
                                };
                            };
                        } | null;
                    };
                };
            };
            /** @description The request does not match its schema, or a value in it is not valid */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request has no valid credentials */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The credentials do not permit this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It does not exist, or you may not see it */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description This route does not accept the type or the encoding of the body */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request is well-formed, but cannot be carried out */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; wait for `Retry-After` seconds */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    rotateWebhookSecret: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /**
                         * Format: uuid
                         * @example 01936f0e-8a3c-7cc2-9d1e-2b7d3e5f6a70
                         */
                        id: string;
                        /** @example https://shop.example/webhooks */
                        url: string;
                        /**
                         * @example [
                         *       "order.paid"
                         *     ]
                         */
                        events: string[];
                        /** @enum {string} */
                        state: "enabled" | "disabled";
                        /**
                         * @description `gone` (it returned 410), `failing` (for five days) or `by_hand`
                         * @example null
                         */
                        disabledReason: string | null;
                        disabledAt: string | null;
                        /** @description Since when every delivery has failed */
                        failingSince: string | null;
                        rotatedAt: string | null;
                        /**
                         * Format: date-time
                         * @example 2026-11-21T09:30:00.000Z
                         */
                        createdAt: string;
                        /**
                         * @description Verifies signatures (Standard Webhooks). Only this response and that of a rotation show it
                         * @example whsec_c2VjcmV0
                         */
                        secret: string;
                    };
                };
            };
            /** @description The request does not match its schema, or a value in it is not valid */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request has no valid credentials */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The credentials do not permit this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It does not exist, or you may not see it */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; wait for `Retry-After` seconds */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    testWebhookEndpoint: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /**
                         * Format: uuid
                         * @example 01936f0e-8a3c-7cc2-9d1e-2b7d3e5f6a70
                         */
                        jobId: string;
                    };
                };
            };
            /** @description The request does not match its schema, or a value in it is not valid */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request has no valid credentials */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The credentials do not permit this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It does not exist, or you may not see it */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; wait for `Retry-After` seconds */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    showUnsubscribe: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                token: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page in the language of the mail */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/html": string;
                };
            };
            /** @description It does not exist, or you may not see it */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; wait for `Retry-After` seconds */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    unsubscribe: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                token: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page in the language of the mail */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/html": string;
                };
            };
            /** @description It does not exist, or you may not see it */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; wait for `Retry-After` seconds */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    receiveWebhook: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                source: string;
            };
            cookie?: never;
        };
        /** @description A JSON object with any fields */
        requestBody: {
            content: {
                "application/json": unknown;
            };
        };
        responses: {
            /** @description Received before */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Accepted: a job handles it */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The request does not match its schema, or a value in it is not valid */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request has no valid credentials */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It does not exist, or you may not see it */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description This route does not accept the type or the encoding of the body */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request is well-formed, but cannot be carried out */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; wait for `Retry-After` seconds */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Temporarily unavailable; wait for `Retry-After` seconds */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listSchedules: {
        parameters: {
            query?: {
                limit?: number;
                /** @description The value of `page.next` or `page.prev` in an earlier response */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Schedule"][];
                        /**
                         * @example {
                         *       "next": "WyIyMDI2LTExLTIxIl0.k3VwQ0h6",
                         *       "prev": null
                         *     }
                         */
                        page: {
                            next: string | null;
                            prev: string | null;
                        };
                    };
                };
            };
            /** @description The request does not match its schema, or a value in it is not valid */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request has no valid credentials */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The credentials do not permit this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; wait for `Retry-After` seconds */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getSchedule: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ScheduleWithSlots"];
                };
            };
            /** @description The request does not match its schema, or a value in it is not valid */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request has no valid credentials */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The credentials do not permit this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It does not exist, or you may not see it */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; wait for `Retry-After` seconds */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    putSchedule: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @example report.create */
                    kind: string;
                    payload: unknown;
                    /**
                     * @default false
                     * @example false
                     */
                    paused?: boolean;
                    /**
                     * @description Minute, hour, day of month, month, day of week
                     * @example 0 8 * * 1-5
                     */
                    cron: string;
                    /**
                     * @default UTC
                     * @example Asia/Jakarta
                     */
                    timeZone?: string;
                } | {
                    /** @example report.create */
                    kind: string;
                    payload: unknown;
                    /**
                     * @default false
                     * @example false
                     */
                    paused?: boolean;
                    /** @example 3600 */
                    everySeconds: number;
                };
            };
        };
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Schedule"];
                };
            };
            /** @description The request does not match its schema, or a value in it is not valid */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request has no valid credentials */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The credentials do not permit this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It does not exist, or you may not see it */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description This route does not accept the type or the encoding of the body */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request is well-formed, but cannot be carried out */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; wait for `Retry-After` seconds */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    deleteSchedule: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Deleted */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The request does not match its schema, or a value in it is not valid */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request has no valid credentials */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The credentials do not permit this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It does not exist, or you may not see it */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; wait for `Retry-After` seconds */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    uploadImage: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "multipart/form-data": {
                    /**
                     * Format: binary
                     * @description A JPEG, PNG or WebP file of up to 25 MiB
                     * @example @photo.jpg
                     */
                    file: string;
                };
            };
        };
        responses: {
            /** @description Default Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Image"];
                };
            };
            /** @description The request does not match its schema, or a value in it is not valid */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request has no valid credentials */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The credentials do not permit this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description This route does not accept the type or the encoding of the body */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; wait for `Retry-After` seconds */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
}
