using System.Diagnostics;

namespace DataBright.Demo;

/// <summary>The story, chapter by chapter.</summary>
internal sealed class Story(DemoMarket stage, ImageSource images, DemoLog narrator)
{
    public async Task<DemoReport> TellAsync(Stopwatch watch, CancellationToken stop)
    {
        var offers = Offers.Cut(images);
        var before = await Accounts.BalancesAsync(stage, stop);

        narrator.Chapter("A dataset is asked for, and founded");
        var request = await Requesting.TellAsync(stage, images, narrator, stop);
        var collection = await Founding.TellAsync(stage, images, offers, request, narrator, stop);

        narrator.Chapter("Four people offer data");
        narrator.Detail($"The shareholders vote {VotingRule.InWords}");
        var voting = new Voting(stage, collection, narrator);
        foreach (var offer in offers.All)
            await voting.TellAsync(offer, stop);

        narrator.Chapter("Bruno buys a model");
        var training = await new Training(stage, collection, narrator).TellAsync(stop);

        narrator.Chapter("Cleo asks the model");
        var predicted = await new Predicting(stage, images, narrator).TellAsync(training, stop);

        narrator.Chapter("Everyone is paid");
        await Payday.TellAsync(stage, collection, [.. voting.Jobs, training.Job], training.Model, narrator, stop);

        return await Accounts.CloseAsync(stage, collection, voting.Lines, voting.Discussion, training, predicted, before, watch, stop);
    }
}
