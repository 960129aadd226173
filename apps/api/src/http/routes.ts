/** The routes of the server: which methods a path answers to, and whether a request is under /v1/. */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { MethodsOf } from './problem.filter.js';

/** Tells a wrong method (405) from a wrong path (404). Call this before routes are added. */
export function watchRoutes(fastify: FastifyInstance): MethodsOf {
  const routes: { pattern: RegExp; methods: readonly string[] }[] = [];
  fastify.addHook('onRoute', ({ url, method }) => {
    const pattern = new RegExp(`^${url.replace(/[.*+?^${}()|[\]\\]/g, '\\$&').replace(/:[A-Za-z]+/g, '[^/]+')}/?$`);
    routes.push({ pattern, methods: [method].flat() });
  });
  return (path) => [...new Set(routes.flatMap(({ pattern, methods }) => (pattern.test(path) ? methods : [])))];
}

/**
 * Whether a request has a route under /v1/. The route decides, not the address: the router also takes /%761/ and
 * http://host/v1/ for /v1/.
 */
export const isOfContract = ({ is404, routeOptions }: FastifyRequest): boolean =>
  !is404 && routeOptions.url?.startsWith('/v1/') === true;
