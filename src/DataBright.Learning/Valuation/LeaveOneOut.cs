namespace DataBright.Learning.Valuation;

/// <summary>
/// What everyone together lose when one leaves: u(all) − u(all but one) (R. Cook, "Detection of influential observation in linear
/// regression", 1977).
/// Cheap, n + 1 utilities; two who can stand in for each other are both worth nothing by it, which is why it is not what pays.
/// </summary>
public static class LeaveOneOut
{
    /// <summary>The value of each participant.</summary>
    public static double[] Values(Game game)
    {
        var everyone = Coalition.Everyone(game.Participants);
        return [.. Enumerable.Range(0, game.Participants).Select(i => game[everyone] - game[everyone.Without(i)])];
    }
}
