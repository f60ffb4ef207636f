// Each story is nine processes; two at once would wait for each other.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
