/**
 * Which route a request is of, and which methods a path answers to, so that a wrong method is told from a wrong path
 * (405, not 404).
 */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { MethodsOf } from './problem.filter.js';

/** Must be called before the routes are added. */
export function watchRoutes(fastify: FastifyInstance): MethodsOf {
  const routes: { pattern: RegExp; methods: readonly string[] }[] = [];
  fastify.addHook('onRoute', ({ url, method }) => {
    const pattern = new RegExp(`^${url.replace(/[.*+?^${}()|[\]\\]/g, '\\$&').replace(/:[A-Za-z]+/g, '[^/]+')}/?$`);
    routes.push({ pattern, methods: [method].flat() });
  });
  return (path) => [...new Set(routes.flatMap(({ pattern, methods }) => (pattern.test(path) ? methods : [])))];
}

/**
 * Whether it is of the contract under /v1/. By its route, not by the address as it was spelt: the router also takes
 * /%761/ and http://host/v1/ for /v1/.
 */
export const isOfContract = ({ is404, routeOptions }: FastifyRequest): boolean =>
  !is404 && routeOptions.url?.startsWith('/v1/') === true;
