{{- /* What of Kustomize the chart needs, so that both read the same files. */ -}}

{{- /* Merge .patch into the map .base, in place: maps by key, lists of named things by their names. */ -}}
{{- define "seqserve.merge" -}}
{{- $base := .base -}}
{{- range $key, $value := .patch -}}
  {{- $old := get $base $key -}}
  {{- if kindIs "invalid" $value -}}
    {{- $_ := unset $base $key -}}
  {{- else if and (kindIs "map" $value) (kindIs "map" $old) -}}
    {{- include "seqserve.merge" (dict "base" $old "patch" $value) -}}
  {{- else if and (kindIs "slice" $old) (has $key (list "containers" "initContainers" "env" "volumes" "volumeMounts")) -}}
    {{- $items := $old -}}
    {{- range $item := $value -}}
      {{- $found := false -}}
      {{- range $old -}}
        {{- if eq .name $item.name -}}
          {{- include "seqserve.merge" (dict "base" . "patch" $item) -}}
          {{- $found = true -}}
        {{- end -}}
      {{- end -}}
      {{- if not $found -}}
        {{- $items = append $items $item -}}
      {{- end -}}
    {{- end -}}
    {{- $_ := set $base $key $items -}}
  {{- else -}}
    {{- $_ := set $base $key $value -}}
  {{- end -}}
{{- end -}}
{{- end -}}

{{- /* Give everything below .value that refers to this installation the name .name, in place. */ -}}
{{- define "seqserve.rename" -}}
{{- $name := .name -}}
{{- if kindIs "map" .value -}}
  {{- $map := .value -}}
  {{- range $key, $value := $map -}}
    {{- if has $key (list "app.kubernetes.io/instance" "claimName") -}}
      {{- $_ := set $map $key $name -}}
    {{- else if has $key (list "secretRef" "scaleTargetRef") -}}
      {{- $_ := set $value "name" $name -}}
    {{- else -}}
      {{- include "seqserve.rename" (dict "value" $value "name" $name) -}}
    {{- end -}}
  {{- end -}}
{{- else if kindIs "slice" .value -}}
  {{- range .value -}}
    {{- include "seqserve.rename" (dict "value" . "name" $name) -}}
  {{- end -}}
{{- end -}}
{{- end -}}

{{- /* Read the resources and patches of the folder .folder into the map .objects, by kind. */ -}}
{{- define "seqserve.read" -}}
{{- $files := .files -}}
{{- $folder := .folder -}}
{{- $objects := .objects -}}
{{- $kustomization := $files.Get (printf "%s/kustomization.yaml" $folder) | fromYaml -}}
{{- range $kustomization.resources -}}
  {{- $object := $files.Get (printf "%s/%s" $folder .) | fromYaml -}}
  {{- $_ := set $objects $object.kind $object -}}
{{- end -}}
{{- range $kustomization.patches -}}
  {{- $patch := $files.Get (printf "%s/%s" $folder .path) | fromYaml -}}
  {{- include "seqserve.merge" (dict "base" (get $objects $patch.kind) "patch" $patch) -}}
{{- end -}}
{{- end -}}
