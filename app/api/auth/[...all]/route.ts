import { answerAuth } from "../../../../server/api/session.ts";

export const dynamic = "force-dynamic";

export { answerAuth as GET, answerAuth as POST };
