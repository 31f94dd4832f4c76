import { answerNothing } from "../../../server/api/nothing-here.ts";

export const dynamic = "force-dynamic";

export {
  answerNothing as GET,
  answerNothing as POST,
  answerNothing as DELETE,
  answerNothing as PUT,
  answerNothing as PATCH,
  answerNothing as HEAD,
  answerNothing as OPTIONS,
};
