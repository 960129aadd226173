/** /openapi.json and Swagger UI at /docs. */
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { OpenAPIObject } from '@nestjs/swagger';
import { DocumentBuilder, SwaggerModule } from '@nestjs/swagger';
import express from 'express';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import swaggerUi from 'swagger-ui-express';
import { namedSchemas } from './schema.js';

const DESCRIPTION = [
  'Every cabinet decision on a mission contribution, and the mandates that follow from them. What is recorded is never',
  'changed or deleted.\n\n**First tour.** Ask `GET /v1/mandates` as of 2022-07-01, shortly after the letter that the',
  'ledger comes with. By today nearly every term in that letter has run out. To record, press *Authorize* and paste',
  'the recorder token; the ledger prints at its start which file holds it. Post one of the examples of',
  '`POST /v1/decisions`, and read it back with `GET /v1/decisions/{id}`. Posting the same body again records nothing.',
  '`dryRun=true` checks without recording.',
].join(' ');

export function describe(app: NestFastifyApplication): OpenAPIObject {
  const config = new DocumentBuilder()
    .setTitle('Mandate ledger')
    .setDescription(DESCRIPTION)
    .setVersion('1')
    .setLicense('EUPL-1.2', 'https://eupl.eu/1.2/en/')
    .addServer('/')
    .addBearerAuth({
      type: 'http',
      scheme: 'bearer',
      description: 'The token in the file recorder-token of the data folder',
    })
    .build();
  const document = SwaggerModule.createDocument(app, config);
  const schemas = { ...document.components?.schemas, ...namedSchemas() };
  return { ...document, components: { ...document.components, schemas } };
}

export function serveDocs(app: NestFastifyApplication, fastify: FastifyInstance): void {
  const document = describe(app);
  const json = JSON.stringify(document);
  fastify.get('/openapi.json', (_request, reply) => reply.type('application/json; charset=utf-8').send(json));

  const docs = express();
  // The page names its files relative to itself, so its address must end with the slash.
  docs.use((request, response, next) => (request.originalUrl === '/docs' ? response.redirect(301, '/docs/') : next()));
  docs.use(
    '/docs',
    swaggerUi.serve,
    swaggerUi.setup(document, {
      customSiteTitle: 'Mandate ledger',
      swaggerOptions: {
        tryItOutEnabled: true,
        persistAuthorization: true,
        displayRequestDuration: true,
        defaultModelsExpandDepth: 0,
      },
    }),
  );
  // Two routes give these requests to Express. As middleware, Express would see every request to the API.
  const handOver = (request: FastifyRequest, reply: FastifyReply): void => {
    reply.hijack();
    docs(request.raw, reply.raw);
  };
  fastify.get('/docs', handOver);
  fastify.get('/docs/*', handOver);
}
