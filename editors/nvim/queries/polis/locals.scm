(source_file) @local.scope
(body) @local.scope
(aggregate) @local.scope

(block name: (_) @local.definition)
(unit_definition name: (_) @local.definition)
(aggregate binder: (_) @local.definition)

(identifier) @local.reference
