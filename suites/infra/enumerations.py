"""Values that the API server allows and the client's models do not list. From the Kubernetes API reference."""

from __future__ import annotations

PULL = frozenset({"Always", "IfNotPresent", "Never"})
PROTOCOLS = frozenset({"TCP", "UDP", "SCTP"})
STRATEGIES = frozenset({"RollingUpdate", "Recreate"})
SCHEMES = frozenset({"HTTP", "HTTPS"})
SCALING = frozenset({"Max", "Min", "Disabled"})
SELECTOR = frozenset({"In", "NotIn", "Exists", "DoesNotExist"})

# (model, key) → what may stand there; of a list, each element
ALLOWED: dict[tuple[str, str], frozenset[str]] = {
    ("V1Container", "imagePullPolicy"): PULL,
    ("V1Container", "terminationMessagePolicy"): frozenset({"File", "FallbackToLogsOnError"}),
    ("V1ContainerPort", "protocol"): PROTOCOLS,
    ("V1DeploymentStrategy", "type"): STRATEGIES,
    ("V1HTTPGetAction", "scheme"): SCHEMES,
    ("V1HTTPIngressPath", "pathType"): frozenset({"Exact", "Prefix", "ImplementationSpecific"}),
    ("V1LabelSelectorRequirement", "operator"): SELECTOR,
    ("V1NodeSelectorRequirement", "operator"): SELECTOR | {"Gt", "Lt"},
    ("V1NetworkPolicyPort", "protocol"): PROTOCOLS,
    ("V1NetworkPolicySpec", "policyTypes"): frozenset({"Ingress", "Egress"}),
    ("V1PersistentVolumeClaimSpec", "accessModes"): frozenset(
        {"ReadWriteOnce", "ReadOnlyMany", "ReadWriteMany", "ReadWriteOncePod"}
    ),
    ("V1PodDisruptionBudgetSpec", "unhealthyPodEvictionPolicy"): frozenset({"AlwaysAllow", "IfHealthyBudget"}),
    ("V1PodSpec", "dnsPolicy"): frozenset({"ClusterFirst", "ClusterFirstWithHostNet", "Default", "None"}),
    ("V1PodSpec", "restartPolicy"): frozenset({"Always", "OnFailure", "Never"}),
    ("V1SeccompProfile", "type"): frozenset({"RuntimeDefault", "Localhost", "Unconfined"}),
    ("V1ServicePort", "protocol"): PROTOCOLS,
    ("V1ServiceSpec", "type"): frozenset({"ClusterIP", "NodePort", "LoadBalancer", "ExternalName"}),
    ("V1ServiceSpec", "externalTrafficPolicy"): frozenset({"Cluster", "Local"}),
    ("V1StatefulSetUpdateStrategy", "type"): frozenset({"RollingUpdate", "OnDelete"}),
    ("V1Toleration", "effect"): frozenset({"NoSchedule", "PreferNoSchedule", "NoExecute"}),
    ("V1Toleration", "operator"): frozenset({"Exists", "Equal"}),
    ("V1TopologySpreadConstraint", "whenUnsatisfiable"): frozenset({"DoNotSchedule", "ScheduleAnyway"}),
    ("V2HPAScalingRules", "selectPolicy"): SCALING,
    ("V2HPAScalingPolicy", "type"): frozenset({"Pods", "Percent"}),
    ("V2MetricSpec", "type"): frozenset({"Resource", "ContainerResource", "Pods", "Object", "External"}),
    ("V2MetricTarget", "type"): frozenset({"Utilization", "Value", "AverageValue"}),
}

# keys whose value is a quantity, or a map of them
QUANTITIES = frozenset({"limits", "requests", "sizeLimit", "averageValue"})
