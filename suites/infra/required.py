"""The figures and names that the launch plan asks for (T1.1 to T1.8). Data alone."""

from __future__ import annotations

API = "calendar-api"
WORKER = "calendar-worker"
MIGRATE = "calendar-migrate"
APPLICATIONS = (API, WORKER)  # what runs all the time
SHOP = (API, WORKER, MIGRATE)  # every workload that production has too
PART_OF = "village-calendar"

API_RESOURCES = {"requests": {"memory": "512Mi", "cpu": "500m"}, "limits": {"memory": "2Gi", "cpu": "2000m"}}
WORKER_MEMORY = "4Gi"

API_REPLICAS = (2, 10)
API_CPU_PERCENT = 70
WORKER_REPLICAS = (1, 5)
QUEUE_METRIC = "shop_queue_depth"

SETTINGS = "shop-settings"  # the ConfigMap
SETTING_KEYS = ("DATABASE_HOST", "DATABASE_NAME", "QUEUE_HOST", "SHOP_STORAGE_BUCKET")
SECRETS = "shop-secrets"
PRODUCTION_LIKE = ("beta", "production")  # overlays that run with customers
SMALLER = ("beta",)  # overlays that may scale less far
