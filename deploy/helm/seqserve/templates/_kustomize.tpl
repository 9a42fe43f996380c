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
      {{- $_ := set $map $key (printf "%s%s" $name (trimPrefix "seqserve" $value)) -}}
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

{{- /* The image of the values .image, with the tag .tag if these have none. */ -}}
{{- define "seqserve.image" -}}
{{- if .image.digest -}}
  {{- printf "%s@%s" .image.repository .image.digest -}}
{{- else -}}
  {{- printf "%s:%s" .image.repository (.image.tag | default .tag) -}}
{{- end -}}
{{- end -}}

{{- /* Set the image of all containers of the pod .pod, and what it is pulled with and may do. */ -}}
{{- define "seqserve.pod" -}}
{{- $pod := .pod -}}
{{- $image := include "seqserve.image" . -}}
{{- range concat $pod.containers (default (list) $pod.initContainers) -}}
  {{- $_ := set . "image" $image -}}
{{- end -}}
{{- range .values.image.pullSecrets -}}
  {{- $_ := set $pod "imagePullSecrets" (append (default (list) $pod.imagePullSecrets) (dict "name" .)) -}}
{{- end -}}
{{- with .values.serviceAccount -}}
  {{- $_ := set $pod "serviceAccountName" . -}}
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
