(block name: (_) @name) @definition.class
(unit_definition name: (_) @name) @definition.type
(call function: (_) @name) @reference.call
