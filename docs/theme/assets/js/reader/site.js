{#- What the reader's scripts know of a site: its words, chapters, how to cite it. -#}
{%- import "partials/language.html" as lang with context -%}
{%- set words = {"copied": lang.t("clipboard.copied")} -%}
{%- for key in config.extra.reader.words -%}
  {%- set _ = words.update({key: lang.t("reader." ~ key)}) -%}
{%- endfor -%}
const hamgashtReader = {{ {
  "words": words,
  "chapters": config.extra.reader.chapters,
  "citation": config.extra.reader.citation
} | tojson }};
