{{/* What every pod has: no root, no rights, nothing writable, no token of the cluster. */}}
{{- define "seckill.pod" -}}
automountServiceAccountToken: false
enableServiceLinks: false
securityContext:
  runAsNonRoot: true
  runAsUser: 10001
  runAsGroup: 10001
  fsGroup: 10001
  seccompProfile: { type: RuntimeDefault }
{{- with .Values.image.pullSecrets }}
imagePullSecrets:
  {{- range . }}
  - name: {{ . }}
  {{- end }}
{{- end }}
{{- end }}

{{- define "seckill.container" -}}
image: {{ include "seckill.image" . }}
imagePullPolicy: {{ (index . 0).Values.image.pullPolicy }}
securityContext:
  allowPrivilegeEscalation: false
  readOnlyRootFilesystem: true
  capabilities: { drop: [ALL] }
{{- end }}

{{/* A start may take two minutes; a process that no longer answers /health for half a minute is restarted: (list "port" "/ready"). */}}
{{- define "seckill.probes" -}}
startupProbe:
  httpGet: { path: /health, port: {{ index . 0 }} }
  periodSeconds: 2
  failureThreshold: 60
livenessProbe:
  httpGet: { path: /health, port: {{ index . 0 }} }
  periodSeconds: 10
  timeoutSeconds: 5
readinessProbe:
  httpGet: { path: {{ index . 1 }}, port: {{ index . 0 }} }
  periodSeconds: 5
  timeoutSeconds: 3
{{- end }}

{{- define "seckill.spread" -}}
topologySpreadConstraints:
  {{- range list "kubernetes.io/hostname" "topology.kubernetes.io/zone" }}
  - maxSkew: 1
    topologyKey: {{ . }}
    whenUnsatisfiable: ScheduleAnyway
    labelSelector:
      matchLabels:
        {{- include "seckill.selector" $ | nindent 8 }}
  {{- end }}
{{- end }}

{{/* The environment of a process that starts runs, with the account whose variable is the second: (list . "WORKER_DATABASE_URL"). Kubernetes keeps the last of two variables of one name. */}}
{{- define "seckill.saleEnvironment" -}}
{{- $root := index . 0 -}}
- { name: SECKILL_MODE, value: production }
- { name: INSTALLATION_KEYS_FILE, value: /etc/seckill/installation-keys.json }
{{- if $root.Values.servicesApart.secretName }}
- { name: SERVICES_APART, value: {{ keys $root.Values.servicesApart.replicas | sortAlpha | join "," | quote }} }
{{- end }}
{{ include "seckill.temporalEnvironment" $root }}
{{ include "seckill.databaseVariable" . }}
{{ include "seckill.secretVariable" (list "REDIS_URL" $root.Values.servers.secretName) }}
{{ include "seckill.paymentEnvironment" $root }}
{{- end }}

{{- define "seckill.temporalEnvironment" -}}
- { name: TEMPORAL_NAMESPACE, value: {{ .Values.servers.temporalNamespace | quote }} }
- { name: LOG_LEVEL, value: {{ .Values.logLevel }} }
{{ include "seckill.secretVariable" (list "TEMPORAL_ADDRESS" .Values.servers.secretName) }}
{{- end }}

{{- define "seckill.paymentEnvironment" -}}
- { name: PAYMENT_PROVIDER_URL, value: {{ include "seckill.providerUrl" . | quote }} }
- { name: PAYMENT_CALLBACK_URL, value: {{ .Values.payment.callbackUrl | quote }} }
- { name: PAYMENT_RETURN_URL, value: {{ .Values.payment.returnUrl | quote }} }
{{- range tuple "PAYMENT_API_KEY" "PAYMENT_WEBHOOK_SECRETS" }}
{{ include "seckill.secretVariable" (list . $.Values.servers.secretName) }}
{{- end }}
{{- end }}

{{/* DATABASE_URL: the account of a process where services run apart, else that of the sale. */}}
{{- define "seckill.databaseVariable" -}}
{{- $root := index . 0 }}{{ $apart := $root.Values.servicesApart.secretName -}}
- name: DATABASE_URL
{{- if and $apart (index . 1) }}
  valueFrom: { secretKeyRef: { name: {{ $apart }}, key: {{ index . 1 }} } }
{{- else }}
  valueFrom: { secretKeyRef: { name: {{ $root.Values.servers.secretName }}, key: DATABASE_URL } }
{{- end }}
{{- end }}

{{- define "seckill.installationMount" -}}
volumeMounts:
  - { name: installation, mountPath: /etc/seckill, readOnly: true }
{{- end }}

{{- define "seckill.installationVolume" -}}
volumes:
  - name: installation
    # Readable by the group only: a process refuses keys that everyone may read.
    secret: { secretName: {{ .Values.installationKeys.secretName }}, defaultMode: 0440 }
{{- end }}

{{- define "seckill.secretVariable" -}}
- name: {{ index . 0 }}
  valueFrom: { secretKeyRef: { name: {{ index . 1 }}, key: {{ index . 0 }} } }
{{- end }}

{{- define "seckill.furtherEnvironment" -}}
{{- range $name, $value := . }}
- { name: {{ $name }}, value: {{ $value | quote }} }
{{- end }}
{{- end }}

{{- define "seckill.providerUrl" -}}
{{- if .Values.payment.providerUrl -}}
{{ .Values.payment.providerUrl }}
{{- else if .Values.provider.enabled -}}
http://{{ include "seckill.name" (list . "provider") }}:8090
{{- else -}}
{{ fail "payment.providerUrl is required: the origin of the payment provider; or provider.enabled for the sandbox" }}
{{- end -}}
{{- end }}
