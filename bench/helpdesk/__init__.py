"""django-helpdesk, the peer of ``bench.cases``: how it is set up and filled. It runs in an environment of its own."""
