import { relative } from "node:path";
import { Converter, ReflectionKind, Renderer } from "typedoc";

const SOURCES = "https://github.com/latentkit/latentkit/blob/main";

/** What TypeDoc has no options for: titles of pages, modules named as users import them, links from the root folder. */
export function load(app) {
  app.converter.on(Converter.EVENT_RESOLVE_BEGIN, ({ project }) => {
    namePages(project);
    nameModules(project);
  });
  app.converter.on(Converter.EVENT_RESOLVE_END, ({ project }) => linkSources(project), -100);
  app.renderer.on(Renderer.EVENT_BEGIN, ({ project }) => namePages(project));
}

/** A page is called what its first heading says. */
function namePages(project) {
  for (const page of project.getReflectionsByKind(ReflectionKind.Document)) {
    page.name = /^# (.+)$/m.exec(page.content.map(({ text }) => text).join(""))?.[1] ?? page.name;
  }
}

/** The module "index" is the package itself, "files/node" is its "files". */
function nameModules(project) {
  for (const module of project.children?.filter(({ kind }) => kind === ReflectionKind.Module) ?? []) {
    if (module.name === "index") project.mergeReflections(module, project);
    else module.name = module.name.replace(/\/node$/, "");
  }
}

function linkSources(project) {
  for (const source of Object.values(project.reflections).flatMap(({ sources }) => sources ?? [])) {
    const path = relative(process.cwd(), source.fullFileName).replaceAll("\\", "/");
    Object.assign(source, { fileName: path, url: `${SOURCES}/${path}#L${source.line}` });
  }
}
