import { library } from "../../tsup.base.ts";

export default library({
  index: "src/index.ts",
  authoring: "src/authoring.ts",
  testing: "src/testing/index.ts",
  pictures: "src/pictures/index.ts",
  "files.node": "src/files/node.ts",
  "files.browser": "src/files/browser.ts",
});
