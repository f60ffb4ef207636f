namespace DataBright.Market.Datasets.Near;

/// <summary>
/// One way of telling that two points are nearly the same, with a search that finds exactly the pairs that looking at every pair would
/// find. <see cref="AreNear"/> is symmetric; it decides, and what the search uses to get there fast may only ever leave out pairs that
/// it would refuse.
/// </summary>
internal interface ILikeness
{
    /// <summary>How alike two points are, from 0 to 1; null where that is not enough.</summary>
    double? AreNear(int left, int right);

    /// <summary>Looks for a near one among the first points for each of the others.</summary>
    /// <param name="split">Points before it are the dataset's, the others are asked about.</param>
    /// <param name="found">Told at most once of each asked point, by several threads: the known point, the asked one, how alike they
    /// are.</param>
    /// <param name="stop">Cancels.</param>
    void SearchAcross(int split, Action<int, int, double> found, CancellationToken stop);

    /// <summary>Looks for near pairs among the points from <paramref name="split"/> on, in one thread.</summary>
    /// <param name="split">Where they begin.</param>
    /// <param name="isOpen">Whether a pair, the earlier point first, matters still.</param>
    /// <param name="found">Told of each near pair that mattered, perhaps more than once.</param>
    /// <param name="stop">Cancels.</param>
    void SearchWithin(int split, Func<int, int, bool> isOpen, Action<int, int, double> found, CancellationToken stop);
}
