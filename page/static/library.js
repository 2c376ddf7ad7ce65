// The library's own pages: search in a document, language, colours, and the place that a link names.
import { finding } from "./find.js";
import { watchLook } from "./look.js";
import { call, one, state } from "./net.js";

watchLook(() => location.reload());
one("#quote")?.scrollIntoView({ block: "center" });
one(".tools .help")?.remove(); // the shortcuts are those of the chat page
call("/desk/start").then((start) => { state.texts = start.texts; finding(document); });
