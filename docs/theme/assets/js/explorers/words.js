{#- The words of the explorers in the site's language; they come with the first one started. -#}
{%- set words = {} -%}
{%- for key, text in config.extra.words | items if key.startswith("explorer.") -%}
  {%- set _ = words.update({key.removeprefix("explorer."): text}) -%}
{%- endfor -%}
(globalThis.hamgashtExplorers ??= {}).words = {{ words | tojson }};
