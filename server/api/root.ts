import { createCallerFactory, router } from "./init.ts";
import { autoRunRouter, shadowRouter } from "./routers/auto-run.ts";
import { alertsRouter } from "./routers/alerts.ts";
import { connectivityRouter } from "./routers/connectivity.ts";
import { migrationsRouter, freezeRouter } from "./routers/migrations.ts";
import { historyRouter } from "./routers/history.ts";
import { plansRouter } from "./routers/plans.ts";
import { policiesRouter } from "./routers/policies.ts";
import { analysisRouter } from "./routers/scores.ts";
import { agentsRouter, auditRouter, kpisRouter, usersRouter } from "./routers/observation.ts";
import { componentsRouter, dataCentersRouter, instancesRouter, linksRouter, registryRouter } from "./routers/registry.ts";
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
  history: historyRouter,
  autoRun: autoRunRouter,
  shadow: shadowRouter,
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
