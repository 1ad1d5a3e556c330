import type { RequestHandler, Router } from 'express';
import { DomainError } from '../errors.ts';

type Method = 'get' | 'post' | 'put' | 'patch' | 'delete';

/** Registers the handlers of one path by method, and answers every other method there with METHOD_UNSUPPORTED and an "Allow" header. */
export function defineRoute(
  router: Router,
  path: string,
  methods: Partial<Record<Method, RequestHandler | RequestHandler[]>>,
): void {
  const route = router.route(path);
  const names = Object.keys(methods) as Method[];
  for (const method of names) {
    const handlers = methods[method];
    if (handlers) route[method](...[handlers].flat());
  }
  const allow = names.flatMap((name) => (name === 'get' ? ['GET', 'HEAD'] : [name.toUpperCase()])).join(', ');
  route.all((request, response) => {
    response.set('allow', allow);
    throw new DomainError('METHOD_UNSUPPORTED', {
      message: `${request.method} is not supported at ${request.path}.`,
      details: { allow },
    });
  });
}
