from django.apps import AppConfig


class TenantsConfig(AppConfig):
    name = "louyu.tenants"
    label = "tenants"
