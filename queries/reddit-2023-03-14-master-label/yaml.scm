; nodeSelector:
;   node-role.kubernetes.io/master: ""
((block_mapping_pair
  key: (flow_node) @selector
  value: (block_node
    (block_mapping
      (block_mapping_pair key: (flow_node) @_label) @bug)))
  (#any-of? @selector "nodeSelector" "matchLabels" "selector" "matchNodeLabels")
  (#match? @_label "^[\"']?node-role\\.kubernetes\\.io/master[\"']?$"))

; nodeSelector: {node-role.kubernetes.io/master: ""}
((block_mapping_pair
  key: (flow_node) @selector
  value: (flow_node
    (flow_mapping
      (flow_pair key: (flow_node) @_label) @bug)))
  (#any-of? @selector "nodeSelector" "matchLabels" "selector" "matchNodeLabels")
  (#match? @_label "^[\"']?node-role\\.kubernetes\\.io/master[\"']?$"))

; selector: {matchLabels: {node-role.kubernetes.io/master: ""}}
((flow_pair
  key: (flow_node) @selector
  value: (flow_node
    (flow_mapping
      (flow_pair key: (flow_node) @_label) @bug)))
  (#any-of? @selector "nodeSelector" "matchLabels" "selector" "matchNodeLabels")
  (#match? @_label "^[\"']?node-role\\.kubernetes\\.io/master[\"']?$"))

; matchExpressions:
;   - key: node-role.kubernetes.io/master
((block_mapping_pair
  key: (flow_node) @selector
  value: (block_node
    (block_sequence
      (block_sequence_item
        (block_node
          (block_mapping
            (block_mapping_pair
              key: (flow_node) @_key
              value: (flow_node) @_label) @bug))))))
  (#eq? @selector "matchExpressions")
  (#eq? @_key "key")
  (#match? @_label "^[\"']?node-role\\.kubernetes\\.io/master[\"']?$"))

; matchExpressions:
;   - {key: node-role.kubernetes.io/master, operator: Exists}
((block_mapping_pair
  key: (flow_node) @selector
  value: (block_node
    (block_sequence
      (block_sequence_item
        (flow_node
          (flow_mapping
            (flow_pair
              key: (flow_node) @_key
              value: (flow_node) @_label) @bug))))))
  (#eq? @selector "matchExpressions")
  (#eq? @_key "key")
  (#match? @_label "^[\"']?node-role\\.kubernetes\\.io/master[\"']?$"))

; A selector written as an expression, as Calico has it: peerSelector: has(node-role.kubernetes.io/master)
((block_mapping_pair
  key: (flow_node) @selector
  value: (flow_node) @_expression) @bug
  (#any-of? @selector "nodeSelector" "peerSelector" "selector" "labelSelector")
  (#match? @_expression "^[^{\\[]*node-role\\.kubernetes\\.io/master(?:$|[^\\w./-])"))
