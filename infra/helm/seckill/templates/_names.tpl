{{/* The name of a process's objects: (list . "api"). */}}
{{- define "seckill.name" -}}
{{- printf "%s-%s" (index . 0).Release.Name (index . 1) | trunc 63 | trimSuffix "-" -}}
{{- end }}

{{/* The labels that select a process: (list . "api"). They never change, since selectors are immutable. */}}
{{- define "seckill.selector" -}}
app.kubernetes.io/name: {{ (index . 0).Chart.Name }}
app.kubernetes.io/instance: {{ (index . 0).Release.Name }}
app.kubernetes.io/component: {{ index . 1 }}
{{- end }}

{{- define "seckill.labels" -}}
{{ include "seckill.selector" . }}
app.kubernetes.io/version: {{ (index . 0).Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ (index . 0).Release.Service }}
helm.sh/chart: {{ printf "%s-%s" (index . 0).Chart.Name (index . 0).Chart.Version }}
{{- end }}

{{/* The image of a process, by digest where there is one. */}}
{{- define "seckill.image" -}}
{{- $root := index . 0 }}{{ $image := $root.Values.image }}{{ $process := index . 1 -}}
{{- with $image.registry }}{{ . }}/{{ end }}{{ $image.repository }}/{{ $process -}}
{{- with index $image.digests $process }}@{{ . }}{{ else }}:{{ $image.tag | default $root.Chart.AppVersion }}{{ end -}}
{{- end }}

{{/* The least processes of the workers and, where they run apart, of each service: JSON, by name. */}}
{{- define "seckill.workerReplicas" -}}
{{- $apart := ternary .Values.servicesApart.replicas dict (ne .Values.servicesApart.secretName "") -}}
{{- merge (dict "workers" .Values.workers.replicas) $apart | toJson -}}
{{- end }}
