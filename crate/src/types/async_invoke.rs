//! Asynchronous invocations: start one, look at one, list them. It does not wait for a result.

structure! {
    /// What StartAsyncInvoke takes.
    StartAsyncInvokeInput => StartAsyncInvokeInputBuilder {
        /// Makes a repeated request the same request: 1 to 256 visible ASCII characters. The client fills in a
        /// random one, the same for every attempt of a call, when there is none.
        client_request_token = "clientRequestToken": text();
        model_id = "modelId": text(), required;
        /// Free JSON for the model.
        model_input = "modelInput": document(), required;
        output_data_config = "outputDataConfig": one(AsyncInvokeOutputDataConfig), required;
        tags = "tags": list(Tag, push_tag);
    }
}

union! {
    /// Where the result goes.
    AsyncInvokeOutputDataConfig {
        S3OutputDataConfig as_s3_output_data_config = "s3OutputDataConfig": one(AsyncInvokeS3OutputDataConfig), from;
    }
}

structure! {
    /// A place in S3 for the result.
    AsyncInvokeS3OutputDataConfig => AsyncInvokeS3OutputDataConfigBuilder {
        s3_uri = "s3Uri": text(), required;
        kms_key_id = "kmsKeyId": text();
        bucket_owner = "bucketOwner": text();
    }
}

structure! {
    /// A tag of an invocation.
    Tag => TagBuilder {
        key = "key": text(), required;
        value = "value": text(), required;
    }
}

structure! {
    /// What StartAsyncInvoke answers.
    StartAsyncInvokeOutput => StartAsyncInvokeOutputBuilder {
        invocation_arn = "invocationArn": text(), required;
    }
}

parameters! {
    /// What GetAsyncInvoke takes.
    GetAsyncInvokeInput => GetAsyncInvokeInputBuilder {
        invocation_arn = "invocationArn": text(), label;
    }
}

structure! {
    /// What GetAsyncInvoke answers.
    GetAsyncInvokeOutput => GetAsyncInvokeOutputBuilder {
        invocation_arn = "invocationArn": text(), required;
        model_arn = "modelArn": text(), required;
        client_request_token = "clientRequestToken": text();
        status = "status": one(AsyncInvokeStatus), required;
        failure_message = "failureMessage": text();
        submit_time = "submitTime": time(), required;
        last_modified_time = "lastModifiedTime": time();
        end_time = "endTime": time();
        output_data_config = "outputDataConfig": one(AsyncInvokeOutputDataConfig), required;
    }
}

parameters! {
    /// What ListAsyncInvokes takes.
    ListAsyncInvokesInput => ListAsyncInvokesInputBuilder {
        submit_time_after = "submitTimeAfter": time(), bound;
        submit_time_before = "submitTimeBefore": time(), bound;
        status_equals = "statusEquals": one(AsyncInvokeStatus), bound;
        max_results = "maxResults": number(i32), bound;
        next_token = "nextToken": text(), bound;
        sort_by = "sortBy": one(SortAsyncInvocationBy), bound;
        sort_order = "sortOrder": one(SortOrder), bound;
    }
}

structure! {
    /// What ListAsyncInvokes answers.
    ListAsyncInvokesOutput => ListAsyncInvokesOutputBuilder {
        next_token = "nextToken": text();
        async_invoke_summaries = "asyncInvokeSummaries": list(AsyncInvokeSummary, push_async_invoke_summary);
    }
}

structure! {
    /// An invocation in a list.
    AsyncInvokeSummary => AsyncInvokeSummaryBuilder {
        invocation_arn = "invocationArn": text(), required;
        model_arn = "modelArn": text(), required;
        client_request_token = "clientRequestToken": text();
        status = "status": one(AsyncInvokeStatus);
        failure_message = "failureMessage": text();
        submit_time = "submitTime": time(), required;
        last_modified_time = "lastModifiedTime": time();
        end_time = "endTime": time();
        output_data_config = "outputDataConfig": one(AsyncInvokeOutputDataConfig), required;
    }
}

open_enum! {
    /// How far an invocation is.
    AsyncInvokeStatus {
        InProgress = "InProgress", Completed = "Completed", Failed = "Failed",
    }
}

open_enum! {
    /// What a list is sorted by.
    SortAsyncInvocationBy {
        SubmissionTime = "SubmissionTime",
    }
}

open_enum! {
    /// Which way a list is sorted.
    SortOrder {
        Ascending = "Ascending", Descending = "Descending",
    }
}
