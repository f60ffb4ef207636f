using DataBright.Node.Accounts;
using DataBright.Node.Buying;
using DataBright.Node.Configuration;
using DataBright.Node.Datasets;
using DataBright.Node.Descriptions;
using DataBright.Node.Discussion;
using DataBright.Node.Features;
using DataBright.Node.Founding;
using DataBright.Node.Jobs;
using DataBright.Node.Models;
using DataBright.Node.Offers;
using DataBright.Node.Owed;
using DataBright.Node.Predictions;
using DataBright.Node.Proposals;
using DataBright.Node.Relays;
using DataBright.Node.Requests;
using DataBright.Node.Scheduler;
using DataBright.Node.Shares;
using DataBright.Node.Storage;
using DataBright.Node.Uploads;
using DataBright.Node.Usage;
using DataBright.Node.Workers;

namespace DataBright.Node;

/// <summary>All that a node can have. A new market word stands here, and nowhere else outside of its own folder.</summary>
internal static class NodeFeatures
{
    /// <summary>In the order of the REST interface's description.</summary>
    public static IReadOnlyList<INodeFeature> All { get; } =
    [
        new StorageFeature(),
        new UploadFeature(),
        new DescriptionFeature(),
        new CheckFeature(),
        new OfferFeature(),
        new FoundingFeature(),
        new BuyingFeature(),
        new DatasetFeature(),
        new ProposalFeature(),
        new DiscussionFeature(),
        new RelayFeature(),
        new ModelFeature(),
        new RequestFeature(),
        new JobFeature(),
        new UsageFeature(),
        new ShareFeature(),
        new OwedFeature(),
        new WorkerFeature(),
        new AccountFeature(),
        new PredictionFeature(),
        new RefereeFeature(),
        new SchedulerFeature(),
        new SealedKeyFeature(),
    ];

    /// <summary>Those of a node with these options.</summary>
    public static IReadOnlyList<INodeFeature> Of(NodeOptions options) => [.. All.Where(feature => feature.IsPartOf(options))];
}
