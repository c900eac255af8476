{#- What the reader's scripts know of a site: its words, chapters, how to cite it. -#}
{%- import "partials/language.html" as lang with context -%}
{%- set words = {"copied": lang.t("clipboard.copied"), "search": lang.t("search")} -%}
{%- for key, text in config.extra.words | items if key.startswith(("reader.", "search.")) -%}
  {%- set _ = words.update({key.removeprefix("reader.").removeprefix("search."): text}) -%}
{%- endfor -%}
{%- set chapters = [] -%}
{%- for page in config.extra.chapters -%}
  {%- set sections = [] -%}
  {%- for top in page.toc -%}
    {%- for item in (top.children if top.level == 1 else [top]) -%}
      {%- set _ = sections.append(item.id) -%}
    {%- endfor -%}
  {%- endfor -%}
  {%- set _ = chapters.append({"url": page.url, "title": page.title | striptags, "sections": sections}) -%}
{%- endfor -%}
const hamgashtReader = {{ {
  "words": words,
  "chapters": chapters,
  "citation": config.extra.citation
} | tojson }};
