import multipart from '@fastify/multipart'
import type { Access } from '@fondasi/access'
import { problemResponses, type Service } from '@fondasi/service'
import { type ReceiveDeps, receiveImage, refuseForm } from './receive-image.ts'
import { image, imageBody } from './schemas.ts'

interface ImageDeps extends ReceiveDeps {
  access: Access
}

export async function registerImages(app: Service, deps: ImageDeps): Promise<void> {
  // A separate plugin, so that only this route accepts forms with files.
  await app.register(async (upload: Service) => {
    upload.removeAllContentTypeParsers()
    // receiveImage limits the size, so that the response says what is allowed.
    await upload.register(multipart, { limits: { files: 1, fields: 0, fileSize: Number.POSITIVE_INFINITY } })
    upload.post(
      '/images',
      {
        onRequest: deps.access.requirePermission('jobs:write'),
        config: { bodyTimeout: 'own' },
        schema: {
          tags: ['images'],
          operationId: 'uploadImage',
          summary: 'Upload an image for `image.thumbnail` jobs',
          description:
            'Then enqueue one `image.thumbnail` job for each size, with the id of the image. The result of a job is a file.',
          security: [{ bearer: [] }],
          consumes: ['multipart/form-data'],
          body: imageBody,
          response: { 201: image, ...problemResponses(400, 401, 403, 413, 415, 429) },
        },
      },
      async (request, reply) => {
        // After a failure, part of the body is still arriving, so no other request can use this connection.
        reply.header('connection', 'close')
        const part = await request.file().catch(refuseForm)
        if (part === undefined) return refuseForm()
        const received = await receiveImage(deps, { content: part.file, tenant: request.principal.tenant })
        reply.removeHeader('connection')
        return reply.code(201).send(received)
      },
    )
  })
}
