namespace DataBright.Ethereum;

/// <summary>An event of a contract, decoded. Generated bindings have one record for each.</summary>
public interface IContractEvent;
