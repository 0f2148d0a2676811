def beside_a_list(request, listing):
    return ""
