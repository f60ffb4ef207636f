namespace DataBright.Services.Discussion;

/// <summary>Why something was not taken into a discussion.</summary>
public enum DiscussionRule
{
    /// <summary>The statement is not written as it must be.</summary>
    Malformed,

    /// <summary>The author did not sign it, or signed it for another market.</summary>
    SignatureInvalid,

    /// <summary>There is no such proposal.</summary>
    ProposalUnknown,

    /// <summary>Only shareholders and the proposer write; only those with votes hide.</summary>
    NotAllowed,

    /// <summary>The text is empty, too long, or has characters that cannot be shown.</summary>
    TextInvalid,

    /// <summary>Its time is not now.</summary>
    TimeInvalid,

    /// <summary>What it answers, replaces or hides is not in this discussion, or is another's.</summary>
    ReferenceInvalid,

    /// <summary>The author has said too much.</summary>
    TooMany,
}

/// <summary>A statement was not taken into a discussion; nothing was kept of it.</summary>
public sealed class CommentRefusedException(DiscussionRule rule, string message) : RefusedException(KindOf(rule), $"{rule}", message)
{
    public DiscussionRule Rule => rule;

    private static FailureKind KindOf(DiscussionRule rule) => rule switch
    {
        DiscussionRule.Malformed => FailureKind.Malformed,
        DiscussionRule.TextInvalid or DiscussionRule.TimeInvalid => FailureKind.Invalid,
        DiscussionRule.SignatureInvalid or DiscussionRule.NotAllowed => FailureKind.Denied,
        DiscussionRule.ProposalUnknown => FailureKind.NotFound,
        DiscussionRule.TooMany => FailureKind.TooMany,
        _ => FailureKind.Conflict,
    };
}
