{{- define "timecamp-scim.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 32 | trimSuffix "-" -}}
{{- end -}}

{{- /* At most 32 letters: a CronJob's name has 52, and the longest ending here has 20. */ -}}
{{- define "timecamp-scim.fullname" -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 32 | trimSuffix "-" -}}
{{- else if contains (include "timecamp-scim.name" .) .Release.Name -}}
{{- .Release.Name | trunc 32 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name (include "timecamp-scim.name" .) | trunc 32 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{- define "timecamp-scim.selector" -}}
app.kubernetes.io/name: {{ include "timecamp-scim.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "timecamp-scim.labels" -}}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
{{ include "timecamp-scim.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- end -}}

{{- define "timecamp-scim.serviceAccountName" -}}
{{- if .Values.serviceAccount.create -}}
{{- default (include "timecamp-scim.fullname" .) .Values.serviceAccount.name -}}
{{- else -}}
{{- default "default" .Values.serviceAccount.name -}}
{{- end -}}
{{- end -}}

{{- define "timecamp-scim.image" -}}
{{- with .Values.image -}}
{{- if .digest -}}
{{ required "image.repository: say where the image is" .repository }}@{{ .digest }}
{{- else -}}
{{ required "image.repository: say where the image is" .repository }}:{{ default $.Chart.AppVersion .tag }}
{{- end -}}
{{- end -}}
{{- end -}}

{{- define "timecamp-scim.secretName" -}}
{{- default (include "timecamp-scim.fullname" .) .Values.secrets.secretName -}}
{{- end -}}

{{- define "timecamp-scim.storeName" -}}
{{- if eq .Values.secrets.from "store" -}}
{{- .Values.secrets.store.name -}}
{{- else -}}
{{- include "timecamp-scim.fullname" . -}}
{{- end -}}
{{- end -}}

{{- /* Kubernetes reads $(NAME) in values and flags as a variable, and $$ as $. */ -}}
{{- define "timecamp-scim.literal" -}}
{{- . | replace "$" "$$" | quote -}}
{{- end -}}

{{- /* A setting as the text that a stage reads. */ -}}
{{- define "timecamp-scim.value" -}}
{{- if kindIs "map" . }}{{ toJson . }}
{{- else if kindIs "slice" . }}
{{- range $place, $item := . }}{{ if $place }},{{ end }}{{ include "timecamp-scim.value" $item }}{{ end }}
{{- else if kindIs "float64" . }}{{ int64 . }}
{{- else }}{{ toString . }}{{ end -}}
{{- end -}}

{{- /* The variables of one stage: those of secrets.variables by reference, those of settings as they are. */ -}}
{{- define "timecamp-scim.env" -}}
{{- $root := .root -}}
{{- range $name, $kind := index (include "timecamp-scim.variables" $root | fromJson) .stage -}}
{{- $secret := hasKey $root.Values.secrets.variables $name -}}
{{- if and $secret (hasKey $root.Values.settings $name) -}}
{{- fail (printf "%s is in settings and in secrets.variables: remove one" $name) -}}
{{- end -}}
{{- if $secret }}
- name: {{ $name }}
  valueFrom:
    secretKeyRef:
      name: {{ include "timecamp-scim.secretName" $root }}
      key: {{ ternary (index $root.Values.secrets.variables $name) $name (eq $root.Values.secrets.from "secret") }}
{{- else if hasKey $root.Values.settings $name }}
{{- if eq $kind "secret" -}}
{{- fail (printf "%s is a secret: it belongs to secrets.variables, not to settings" $name) -}}
{{- end }}
- name: {{ $name }}
  value: {{ include "timecamp-scim.literal" (include "timecamp-scim.value" (index $root.Values.settings $name)) }}
{{- end }}
{{- end }}
{{- if $root.Values.podMonitor.enabled }}
- name: METRICS_FILE
  value: var/metrics.prom
{{- end }}
{{- range $name, $value := $root.Values.environment }}
- name: {{ $name }}
  value: {{ include "timecamp-scim.literal" $value }}
{{- end }}
{{- end -}}

{{- /* One stage as a container. */ -}}
{{- define "timecamp-scim.container" -}}
{{- $root := .root -}}
{{- $program := ternary (printf "fetch-%s" $root.Values.source) .stage (eq .stage "fetch") -}}
- name: {{ .stage }}
  image: {{ include "timecamp-scim.image" $root | quote }}
  imagePullPolicy: {{ $root.Values.image.pullPolicy }}
  command: [/opt/timecamp-scim/bin/{{ $program }}]
  {{- with index $root.Values.flags .stage }}
  args:
    {{- range . }}
    - {{ include "timecamp-scim.literal" . }}
    {{- end }}
  {{- end }}
  workingDir: /app
  {{- with include "timecamp-scim.env" (dict "root" $root "stage" $program) }}
  env:
    {{- . | trim | nindent 4 }}
  {{- end }}
  resources:
    {{- toYaml $root.Values.resources | nindent 4 }}
  securityContext:
    allowPrivilegeEscalation: false
    readOnlyRootFilesystem: true
    capabilities:
      drop: [ALL]
  volumeMounts:
    - name: var
      mountPath: /app/var
    {{- if $root.Values.files }}
    - name: config
      mountPath: /app/config
      readOnly: true
    {{- end }}
{{- end -}}

{{- /* The exporter keeps the volume at its node; where only one node can have it, the runs had better be there too. They
need not: a run must not wait for an exporter that cannot start. */ -}}
{{- define "timecamp-scim.affinity" -}}
{{- $affinity := deepCopy .Values.affinity -}}
{{- if and .Values.podMonitor.enabled (not (has "ReadWriteMany" .Values.volume.accessModes)) -}}
{{- $labels := merge (dict "app.kubernetes.io/component" "metrics") (include "timecamp-scim.selector" . | fromYaml) -}}
{{- $term := dict "topologyKey" "kubernetes.io/hostname" "labelSelector" (dict "matchLabels" $labels) -}}
{{- $pods := default dict $affinity.podAffinity -}}
{{- $terms := default list $pods.preferredDuringSchedulingIgnoredDuringExecution -}}
{{- $terms = append $terms (dict "weight" 100 "podAffinityTerm" $term) -}}
{{- $pods = set $pods "preferredDuringSchedulingIgnoredDuringExecution" $terms -}}
{{- $affinity = set $affinity "podAffinity" $pods -}}
{{- end -}}
{{- if $affinity }}{{ toYaml $affinity }}{{ end -}}
{{- end -}}

{{- define "timecamp-scim.pod" -}}
{{- $root := .root -}}
restartPolicy: Never
terminationGracePeriodSeconds: 90
serviceAccountName: {{ include "timecamp-scim.serviceAccountName" $root }}
automountServiceAccountToken: false
enableServiceLinks: false
securityContext:
  runAsNonRoot: true
  runAsUser: 65532
  runAsGroup: 65532
  fsGroup: 65532
  fsGroupChangePolicy: OnRootMismatch
  seccompProfile:
    type: RuntimeDefault
{{- with $root.Values.imagePullSecrets }}
imagePullSecrets:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with initial .stages }}
initContainers:
  {{- range . }}
  {{- include "timecamp-scim.container" (dict "root" $root "stage" .) | nindent 2 }}
  {{- end }}
{{- end }}
containers:
  {{- include "timecamp-scim.container" (dict "root" $root "stage" (last .stages)) | nindent 2 }}
volumes:
  - name: var
    {{- if $root.Values.settings.USE_S3_STORAGE }}
    emptyDir: {}
    {{- else }}
    persistentVolumeClaim:
      claimName: {{ default (include "timecamp-scim.fullname" $root) $root.Values.volume.existingClaim }}
    {{- end }}
  {{- if $root.Values.files }}
  - name: config
    configMap:
      name: {{ include "timecamp-scim.fullname" $root }}
  {{- end }}
{{- with $root.Values.nodeSelector }}
nodeSelector:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with $root.Values.tolerations }}
tolerations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with include "timecamp-scim.affinity" $root }}
affinity:
  {{- . | nindent 2 }}
{{- end }}
{{- end -}}
