import { createCallerFactory, router } from "./init.ts";
import { alertsRouter } from "./routers/alerts.ts";
import { connectivityRouter } from "./routers/connectivity.ts";
import { migrationsRouter, freezeRouter } from "./routers/migrations.ts";
import { plansRouter } from "./routers/plans.ts";
import { analysisRouter } from "./routers/scores.ts";
import { agentsRouter, auditRouter, kpisRouter, usersRouter } from "./routers/observation.ts";
import {
  componentsRouter,
  dataCentersRouter,
  instancesRouter,
  linksRouter,
  policiesRouter,
  registryRouter,
} from "./routers/registry.ts";
import { routingRouter } from "./routers/routing.ts";
import { worldRouter } from "./routers/world.ts";

/** Everything the console and the HTTP API can ask: authorisation is inside each procedure, the transports only carry. */
export const appRouter = router({
  world: worldRouter,
  registry: registryRouter,
  dataCenters: dataCentersRouter,
  components: componentsRouter,
  instances: instancesRouter,
  links: linksRouter,
  policies: policiesRouter,
  migrations: migrationsRouter,
  plans: plansRouter,
  analysis: analysisRouter,
  freeze: freezeRouter,
  kpis: kpisRouter,
  users: usersRouter,
  connectivity: connectivityRouter,
  routing: routingRouter,
  alerts: alertsRouter,
  audit: auditRouter,
  agents: agentsRouter,
});

export type AppRouter = typeof appRouter;
export const createCaller = createCallerFactory(appRouter);
